"""What a decision comes to in the books: what is loaded, what has to hold, and the recipes of its entries."""
