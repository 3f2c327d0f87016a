"""The only HTTP to providers: one port, a folder each."""
