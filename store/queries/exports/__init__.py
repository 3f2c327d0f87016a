"""Exports: the normalised store as others see it, one file a subject. Names and order of columns are a contract."""
