"""Values by themselves."""
