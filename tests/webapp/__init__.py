"""The pages: over real HTTP, real databases and a real browser."""
