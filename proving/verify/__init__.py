"""Verifying: the store held against the providers' own figures, each difference with its cause and a remedy."""
