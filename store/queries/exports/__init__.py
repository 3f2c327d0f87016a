"""Exports: the normalised store as others see it, one file a kind. Names and order of columns are a contract."""
