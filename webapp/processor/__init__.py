"""A processor's money: what waits for a person's word, what they say of it, payouts and the proof of clearing."""
