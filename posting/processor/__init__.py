"""A processor's money in the books: one treatment for each balance transaction, and the postings that follow from it."""
