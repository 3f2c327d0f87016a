"""The fault runs, small."""
