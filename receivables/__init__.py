"""What is owed on a date: ageing and figures, pure functions and the loading around them."""
