"""Customers and what is open with them."""
