"""What can happen in a step: at the provider's end, by people here, by the product's own machinery."""
