"""Constructors of the records in Stripe's wire form, each with every field of its resource."""
