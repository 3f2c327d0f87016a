"""Changes of business as a person in Stripe's dashboard, or a payer, makes them."""
