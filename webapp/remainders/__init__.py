"""What remains of an invoice, and letting go of it."""
