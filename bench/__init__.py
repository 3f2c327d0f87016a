"""What is fast, against which floor and which rival."""
