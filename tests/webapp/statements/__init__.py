"""The statements pages."""
