"""The rivals, each held to its documented rule by hand-made books."""
