"""The month, in small."""
