"""What the journeys and the measurements drive the product with."""
