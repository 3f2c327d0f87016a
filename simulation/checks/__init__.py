"""What must hold: looked up in the store and at the stand-ins, by other code than the product's."""
