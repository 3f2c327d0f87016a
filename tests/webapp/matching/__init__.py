"""The matching policy as people see it."""
