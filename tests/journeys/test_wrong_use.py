"""Bad input from outside ends in one sentence and the right exit status, and leaves nothing half-written."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy

from bench.spine.exports import stamps
from bench.spine.house import House, last_line
from bench.spine.served import house_to_serve, served
from bench.spine.warm import Warm
from sandbox.run import Sandbox
from store.tables.tenancy import connections, entities

GOOD = {"access_token": "a", "refresh_token": "b", "expires_at": "2030-01-01T00:00:00Z"}


@pytest.fixture
def fresh(sandbox: Sandbox, warm: Warm, tmp_path: Path) -> House:
    made = house_to_serve(sandbox, tmp_path / "home")
    made.warm = warm
    return made


def _refused(house: House, status: int, sentence: str, *words: str) -> None:
    done = house.run(*words)
    assert done.returncode == status, done.stderr
    assert sentence in done.stderr
    assert done.stderr.startswith("tieout: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def _rows(house: House, table: Any) -> int:
    with house.place.app.database.read() as connection:
        return int(connection.execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(table)).scalar_one())


def test_an_unknown_setting_names_the_nearest(fresh: House) -> None:
    fresh.settings["TIEOUT_STRIPE_SECRETKEY"] = "x"
    _refused(fresh, 2, "TIEOUT_STRIPE_SECRET_KEY", "connections")
    assert not (fresh.home / "tieout.db").exists()


@pytest.mark.parametrize(
    ("provider", "content", "sentence"),
    [
        ("stripe", "{", "is not JSON"),
        ("stripe", "[]", "holds no JSON object"),
        ("stripe", json.dumps({"key": "rk_1"}), "unknown field 'key'"),
        ("stripe", json.dumps({"api_key": 7}), "needs 'api_key'"),
        ("quickbooks", json.dumps(GOOD), "needs 'realm_id'"),
        ("xero", json.dumps({**GOOD, "access_token": "", "tenant_id": "t"}), "needs 'access_token'"),
        ("xero", json.dumps({**GOOD, "expires_at": "soon", "tenant_id": "t"}), "'expires_at' is no moment"),
        ("sage", json.dumps(GOOD), "no provider 'sage'"),
    ],
)  # fmt: skip
def test_a_broken_credentials_file_is_named_and_nothing_is_made(
    fresh: House, provider: str, content: str, sentence: str
) -> None:
    path = fresh.home / "credentials.json"
    path.write_text(content, encoding="utf-8")
    _refused(fresh, 2, sentence, "connect", provider, "--credentials", str(path))
    assert not (fresh.home / "tieout.db").exists()


def test_a_credentials_file_that_is_not_there(fresh: House) -> None:
    _refused(fresh, 2, "cannot be read", "connect", "stripe", "--credentials", str(fresh.home / "none.json"))


def test_tokens_that_the_provider_refuses_connect_nothing(fresh: House) -> None:
    path = fresh.home / "credentials.json"
    path.write_text(json.dumps({"api_key": "rk_test_secret_of_nobody"}), encoding="utf-8")
    done = fresh.run("connect", "stripe", "--credentials", str(path))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "secret_of_nobody" not in done.stderr
    assert _rows(fresh, connections) == _rows(fresh, entities) == 0


def test_a_provider_that_answers_a_page_is_told_and_the_sync_goes_on_later(house: House) -> None:
    held = next(held for held in house.sandbox.connections() if held.provider == "xero")
    stand = house.sandbox.stands["xero"]
    house.sync()
    before = stamps(house)
    stand.mishaps.add("html", "/api.xro/", times=None)
    try:
        done = house.run("sync", f"xero:{held.tenant}")
    finally:
        stand.mishaps.clear()
    assert done.returncode == 3
    said = last_line(done.stderr)
    assert said.startswith("tieout: Xero could not be reached at GET /api.xro/")
    assert said.endswith("Try again later.")
    assert "Traceback" not in done.stderr
    assert stamps(house) == before
    assert house.run("sync", f"xero:{held.tenant}").returncode == 0


def test_a_webhook_with_a_wrong_signature_is_refused_and_not_kept(house: House) -> None:
    body = b'{"id":"evt_1","object":"event","type":"charge.succeeded"}'
    with served(house) as base:
        wrong = {
            "stripe": ({"Stripe-Signature": "t=1,v1=00"}, 400),
            "xero": ({"X-Xero-Signature": "AAAA"}, 401),
            "quickbooks": ({"Intuit-Signature": "AAAA"}, 401),
        }
        for provider, (headers, status) in wrong.items():
            link = http.client.HTTPConnection(urlsplit(base).netloc, timeout=180)
            link.request("POST", f"/hooks/{provider}", body, headers)
            answer = link.getresponse()
            assert (answer.status, b"Traceback" in answer.read()) == (status, False), provider
            link.close()
