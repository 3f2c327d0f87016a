"""The stand-in itself: books, rules, wire forms and paths."""
