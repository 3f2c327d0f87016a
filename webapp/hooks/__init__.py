"""Webhooks: kept, answered, worked on later."""
