"""One world a module: its invoices, its receipts and what is true of them."""
