"""The product from end to end: real processes, real HTTP, a real browser, against the sandbox."""
