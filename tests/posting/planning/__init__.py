"""What decisions come to."""
