"""What looked wrong in what came."""
