"""What remains of an invoice."""
