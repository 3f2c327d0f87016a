"""What is left open of an invoice, and letting go of it: each kind by its own recipe, inside limits, with its tax shown."""
