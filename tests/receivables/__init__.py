"""What is open, and how old it is."""
