"""The matching policy: what may be decided with nobody looking, and the proof for it."""
