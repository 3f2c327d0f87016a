"""Bank statements from files: each format's reader, and how a file's format is told from its content."""
