"""What is measured, against which rival, in one run."""
