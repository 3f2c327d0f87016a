"""Settings: which value wins, what is refused, and that secrets stay unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.faults import BadInput
from runtime.keys import new_encryption_key
from runtime.secret import Secret
from runtime.settings import Settings


def load(home: Path, **environ: str) -> Settings:
    return Settings.load(environ={f"TIEOUT_{name}": value for name, value in environ.items()}, home=home)


def origins(settings: Settings) -> dict[str, str]:
    return {line.name: line.origin for line in settings.shown()}


def test_nothing_given_gives_the_documented_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.database_url == f"sqlite+pysqlite:///{tmp_path / 'tieout.db'}"
    assert settings.is_embedded
    assert settings.redis_url is None
    assert settings.stripe.api_base == "https://api.stripe.com"
    assert settings.stripe.connect_base == "https://connect.stripe.com"
    assert settings.xero.api_base == "https://api.xero.com/api.xro/2.0"
    assert settings.xero.login_base == "https://login.xero.com"
    assert settings.xero.identity_base == "https://identity.xero.com"
    assert settings.quickbooks.api_base == "https://quickbooks.api.intuit.com/v3"
    assert "offline_access" in settings.xero.scopes


def test_the_home_given_wins_over_the_environment(tmp_path: Path) -> None:
    settings = load(tmp_path / "mine", HOME=str(tmp_path / "theirs"))
    assert settings.home == tmp_path / "mine"
    assert origins(settings)["TIEOUT_HOME"] == "command line"


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    dotfile = tmp_path / ".env"
    dotfile.write_text("TIEOUT_BASE_URL=https://file.example\nTIEOUT_MAIL_FROM='Books <books@file.example>'\nOTHER=1\n")
    settings = Settings.load(
        environ={"TIEOUT_BASE_URL": "https://books.example/", "PATH": "/bin"}, dotenv_path=dotfile, home=tmp_path
    )
    assert settings.base_url == "https://books.example"
    assert settings.mail_from == "Books <books@file.example>"
    assert origins(settings)["TIEOUT_BASE_URL"] == "environment"
    assert origins(settings)["TIEOUT_MAIL_FROM"] == str(dotfile)
    assert origins(settings)["TIEOUT_STRIPE_API_BASE"] == "default"
    assert origins(settings)["TIEOUT_REDIS_URL"] == "not set"


def test_an_empty_value_counts_as_absent(tmp_path: Path) -> None:
    assert load(tmp_path, REDIS_URL="  ").redis_url is None


def test_the_process_environment_and_its_dotfile_are_the_usual_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("TIEOUT_MAIL_FROM=books@file.example\n")
    monkeypatch.setenv("TIEOUT_HOME", str(tmp_path / "home"))
    settings = Settings.load()
    assert settings.home == tmp_path / "home"
    assert settings.mail_from == "books@file.example"


def test_a_home_s_own_file_stands_between_the_environment_and_the_usual_file(tmp_path: Path) -> None:
    home, usual = tmp_path / "home", tmp_path / "usual.env"
    home.mkdir()
    (home / ".env").write_text("TIEOUT_MAIL_FROM=home@file.example\nTIEOUT_BASE_URL=http://home.example\n")
    usual.write_text(
        f"TIEOUT_HOME={home}\nTIEOUT_MAIL_FROM=usual@file.example\nTIEOUT_XERO_API_BASE=http://usual.example\n"
    )
    settings = Settings.load(environ={"TIEOUT_BASE_URL": "http://given.example"}, dotenv_path=usual)
    assert (settings.home, settings.base_url) == (home, "http://given.example")
    assert (settings.mail_from, settings.xero.api_base) == ("home@file.example", "http://usual.example")
    assert origins(settings)["TIEOUT_MAIL_FROM"] == str(home / ".env")
    (home / ".env").write_text("TIEOUT_HOME=/elsewhere\n")
    with pytest.raises(BadInput, match="take that line out"):
        Settings.load(environ={}, dotenv_path=usual)


@pytest.mark.parametrize("source", ["environment", "file"])
def test_an_unknown_name_is_refused_with_the_nearest_one(tmp_path: Path, source: str) -> None:
    dotfile = tmp_path / ".env"
    dotfile.write_text("TIEOUT_STRIPE_SECRET=x\n" if source == "file" else "")
    environ = {"TIEOUT_STRIPE_SECRET": "x"} if source == "environment" else {}
    with pytest.raises(BadInput, match="TIEOUT_STRIPE_SECRET .*did you mean TIEOUT_STRIPE_SECRET_KEY"):
        Settings.load(environ=environ, dotenv_path=dotfile, home=tmp_path)


def test_an_unknown_name_near_to_nothing_points_at_the_list(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="TIEOUT_QQQQQQQQ .*docs/settings.md"):
        load(tmp_path, QQQQQQQQ="1")


def test_the_quickbooks_environment_chooses_addresses_and_an_explicit_base_wins(tmp_path: Path) -> None:
    assert load(tmp_path, QUICKBOOKS_ENVIRONMENT="sandbox").quickbooks.api_base == (
        "https://sandbox-quickbooks.api.intuit.com/v3"
    )
    settings = load(tmp_path, QUICKBOOKS_ENVIRONMENT="sandbox", QUICKBOOKS_API_BASE="http://127.0.0.1:9000/v3/")
    assert settings.quickbooks.api_base == "http://127.0.0.1:9000/v3"
    assert settings.quickbooks.discovery_url.endswith("/openid_sandbox_configuration")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUICKBOOKS_ENVIRONMENT", "staging"),
        ("XERO_API_BASE", "api.xero.com"),
        ("BASE_URL", "https://books.example?x=1"),
        ("DATABASE_URL", "mysql://root@db/tieout"),
        ("REDIS_URL", "http://queue"),
        ("SMTP_URL", "mail.example"),
        ("SECRET_KEY", "short"),
        ("ENCRYPTION_KEYS", "not-a-key"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_place(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadInput, match=rf"TIEOUT_{name} \(from environment\)"):
        load(tmp_path, **{name: value})


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    first, second = load(tmp_path), load(tmp_path)
    assert first.secret_key == second.secret_key
    assert first.encryption_keys == second.encryption_keys
    assert origins(first)["TIEOUT_SECRET_KEY"] == f"made, kept in {tmp_path / 'keys' / 'secret_key'}"


def test_given_keys_are_taken_newest_first_and_none_is_made(tmp_path: Path) -> None:
    newer, older = new_encryption_key(), new_encryption_key()
    settings = load(tmp_path, ENCRYPTION_KEYS=f"{newer}, {older}", SECRET_KEY="s" * 32)
    assert [key.reveal() for key in settings.encryption_keys] == [newer, older]
    assert not (tmp_path / "keys").exists()


def test_a_wrong_setting_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        load(tmp_path / "home", REDIS_URL="nonsense")
    assert not (tmp_path / "home").exists()


def test_no_secret_shows_in_repr_str_or_the_doctors_lines(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        STRIPE_SECRET_KEY="sk_test_hidden",
        XERO_CLIENT_SECRET="hidden",
        DATABASE_URL="postgresql://books:hidden@db/tieout",
        REDIS_URL="redis://:hidden@queue:6379/0",
        SMTP_URL="smtp://me:hidden@mail.example:587",
        SECRET_KEY="hidden" * 6,
    )
    seen = f"{settings!r} {settings} {settings.shown()} {settings.stripe} {settings.xero} {settings.quickbooks}"
    assert "hidden" not in seen
    assert "postgresql://books:***@db/tieout" in seen
    assert settings.stripe.secret_key == Secret("sk_test_hidden")


def test_the_bare_postgresql_scheme_takes_the_driver_that_is_installed(tmp_path: Path) -> None:
    settings = load(tmp_path, DATABASE_URL="postgres://books@db/tieout")
    assert settings.database_url == "postgresql+psycopg://books@db/tieout"
    assert not settings.is_embedded
