"""Mail, PDF and webhooks that leave us."""
