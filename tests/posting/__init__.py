"""What posting promises."""
