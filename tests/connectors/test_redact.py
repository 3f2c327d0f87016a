from __future__ import annotations

from connectors.redact import redacted_url


def test_values_that_may_be_secrets_are_struck_out() -> None:
    url = "https://me:pw@api.example.com:8443/v1/x?client_secret=abc&code=9&limit=5&created[gte]=12"
    assert redacted_url(url) == "https://api.example.com:8443/v1/x?client_secret=...&code=...&limit=5&created[gte]=12"


def test_an_address_without_a_query_stands_as_it_is() -> None:
    assert redacted_url("https://api.example.com/v1") == "https://api.example.com/v1"
