"""How many calls, and how long, a verification of many customers takes."""
