"""Writing to Stripe where it is the books: payments made outside it, reported and set against its invoices."""
