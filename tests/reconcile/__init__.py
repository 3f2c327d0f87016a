"""The matcher, case by case and law by law."""
