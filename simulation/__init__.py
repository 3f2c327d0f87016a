"""Weeks of business in a seeded, deterministic run, with faults, and what must hold after each step of it."""
