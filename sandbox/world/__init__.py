"""One small business, told in values that no provider owns."""
