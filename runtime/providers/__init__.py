"""How each provider's connector and consent are made from the settings."""
