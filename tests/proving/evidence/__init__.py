"""Evidence of what was posted to the stand-ins."""
