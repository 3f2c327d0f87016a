"""The benchmark of verifying, small."""
