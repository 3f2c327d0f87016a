"""Rivals written anew from their documented rules, to be measured on the same files."""
