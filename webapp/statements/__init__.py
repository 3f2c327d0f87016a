"""Bank statements: choosing a file, seeing what it says, importing it, and taking it back."""
