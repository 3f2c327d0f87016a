"""What proving promises."""
