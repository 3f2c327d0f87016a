"""Taking back what stands in the books: what holds it there, what will go, and doing it again."""
