"""The reconciler over the store."""
