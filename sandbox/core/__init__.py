"""What the three stand-ins have in common."""
