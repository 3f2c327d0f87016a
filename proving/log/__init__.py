"""Whether the audit log is whole: its chain, its anchors, and files that were handed over."""
