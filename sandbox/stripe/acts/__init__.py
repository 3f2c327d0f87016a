"""What happens in an account: taking money, refunding, disputing, paying out, and what Stripe derives from it."""
