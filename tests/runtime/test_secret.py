"""Secrets print as stars."""

from __future__ import annotations

import pytest

from runtime.secret import Secret, mask_url


def test_a_secret_does_not_show_in_any_text() -> None:
    secret = Secret("hidden")
    assert "hidden" not in f"{secret} {secret!r} {secret:>10} {[secret]} {'%s' % secret}"  # noqa: UP031
    assert secret.reveal() == "hidden"


def test_secrets_compare_by_value() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("postgresql://me:pass@host/db", "postgresql://me:***@host/db"),
        ("redis://:pass@host:6379/0", "redis://:***@host:6379/0"),
        ("postgresql://host/db?user=me&password=pass", "postgresql://host/db?user=me&password=***"),
        ("sqlite:////home/me/tieout.db", "sqlite:////home/me/tieout.db"),
        ("https://host:8443/path", "https://host:8443/path"),
    ],
)
def test_a_password_in_an_address_is_masked(url: str, masked: str) -> None:
    assert mask_url(url) == masked
