"""Bank statements into the store: which lines are known, which are new, whether balances chain, and the way back."""
