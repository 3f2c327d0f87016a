"""Proof: verifications with their differences, and the period-end packs."""
