"""The reconciler over the store: load, match, save. The matcher itself knows nothing of it."""
