"""Holds the store against the providers' own figures: verify, the clearing proof, the period-end pack, the evidence."""
