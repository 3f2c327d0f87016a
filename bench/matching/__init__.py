"""The matching benchmark: sixty kinds of receipt with known answers, and the scorer of any matcher's files."""
