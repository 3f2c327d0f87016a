"""A second book of payments and invoices with its truth, and a scorer, written apart from the matcher and from the first."""
