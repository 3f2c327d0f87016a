"""Pull, decide, apply; neighbours of reconcile and receivables."""
