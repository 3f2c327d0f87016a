"""`tieout verify`, `close` and `audit` as a script calls them: their JSON, their files, their exit status."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.spine.house import House
from bench.spine.warm import Warm
from sandbox.run import Sandbox


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Iterator[House]:
    with Sandbox(real_limits=False, providers=("quickbooks", "stripe")) as sandbox:
        made = House(sandbox, tmp_path_factory.mktemp("home"))
        made.warm = warm
        for held in sandbox.connections():
            if held.provider == "quickbooks":
                books = made.connect(held)
        account = next(one for one in sandbox.connections() if one.provider == "stripe")
        made.connect(account, books)
        made.sync()
        made.reconcile()
        made.asked("users", "add", "--owner", "ann@example.com")
        yield made
        made.place.app.database.close()


def last_month(house: House) -> date:
    return house.sandbox.today.replace(day=1) - timedelta(days=1)


def company(house: House) -> Any:
    return next(row for row in house.place.connections() if row.provider == "quickbooks")


def asked(house: House, *words: str, status: int = 0) -> Any:
    done = house.run(*words, "--json")
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


def test_what_ties_out_ends_with_0_and_what_does_not_with_1(house: House) -> None:
    told = asked(house, "verify")
    assert {one["state"] for one in told["connections"]} == {"tied"}
    assert {one["connection"].partition(":")[0] for one in told["connections"]} == {"quickbooks", "stripe"}
    assert told["problems"] == []
    books = f"quickbooks:{company(house).company_id}"
    house.sandbox.ledgers["quickbooks"].change(
        company(house).company_id, "new_customer", {"name": "Late", "key": "late"}
    )
    house.sandbox.ledgers["quickbooks"].change(
        company(house).company_id, "new_invoice", {"customer": "late", "amount": "12.00"}
    )
    (one,) = asked(house, "verify", books, status=1)["connections"]
    causes = {row["check"]: row["cause"] for row in one["differences"]}
    assert causes["customer"] == causes["document"] == causes["control"] == "not_synced"
    row = next(row for row in one["differences"] if row["check"] == "document")
    assert (row["ours"], row["theirs"], row["currency"]) == (None, "12.00", "USD")
    assert row["remedy"]
    shown = house.run("verify", books)
    assert shown.returncode == 1
    assert "Not synced yet" in shown.stdout
    house.sync()
    assert house.run("verify", books).returncode == 0
    listed = next(one for one in house.asked("connections") if one["provider"] == "quickbooks")
    assert listed["last_verified_at"]


def test_wrong_use_is_said(house: House) -> None:
    for words in (("verify", "--on", "soon"), ("close", "--through", "soon"), ("verify", "quickbooks:none")):
        done = house.run(*words)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_period_is_prepared_signed_shown_and_reopened(house: House, tmp_path: Path) -> None:
    day = last_month(house).isoformat()
    told = asked(house, "close", "--through", day, "--out", str(tmp_path / "pack"))
    assert told["state"] == "prepared"
    assert {Path(name).suffix for name in told["files"]} == {".json", ".xlsx", ".pdf"}
    kept = {name: Path(name).read_bytes() for name in told["files"]}
    pack = told["pack"]
    assert pack["receivables"]["sub_ledger"] == {
        key: pack["receivables"]["control_account"][key] for key in ("amount", "currency")
    }
    assert house.run("close", "--through", day, "--sign").returncode == 2  # nobody is named
    assert house.run("close", "--through", day, "--sign", "--as", "eve@example.com").returncode != 0
    assert asked(house, "close", "--through", day, "--sign", "--as", "Ann@Example.com")["state"] == "reviewed"
    name, precious = next(Path(one).name for one in kept), tmp_path / "precious"
    precious.write_text("kept")
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / name).symlink_to(precious)
    again = asked(house, "close", "--through", day, "--out", str(tmp_path / "again"))
    assert (precious.read_text(), (tmp_path / "again" / name).is_symlink()) == ("kept", False)
    assert {one.name for one in (tmp_path / "again").iterdir()} == {Path(one).name for one in kept}
    assert (again["state"], again["digest"], again["later_changes"]) == ("reviewed", told["digest"], [])
    assert sorted(Path(name).read_bytes() for name in again["files"]) == sorted(kept.values())
    reopened = house.run("close", "--through", day, "--reopen", "one was missing", "--as", "ann@example.com")
    assert reopened.returncode == 0
    assert "open again" in reopened.stdout


def test_evidence_and_the_log_leave_as_files_and_that_is_in_the_log(house: House, tmp_path: Path) -> None:
    receipt = next(iter(house_receipts(house)))
    done = house.run("audit", "evidence", receipt, "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    pack = json.loads((tmp_path / f"evidence-{receipt}.json").read_text(encoding="utf-8"))
    assert pack["receipt"]["id"] == receipt
    assert (tmp_path / f"evidence-{receipt}.pdf").read_bytes().startswith(b"%PDF-")
    assert house.run("audit", "evidence", "ch_none").returncode == 2
    house.run("export", "customers")
    assert house.run("verify").returncode in (0, 1)
    assert house.run("audit", "export", "--out", str(tmp_path / "log.jsonl")).returncode == 0
    *rows, end = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (end["anchor"]["entries"], end["anchor"]["head"]) == (len(rows), rows[-1]["hash"])
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(after["previous_hash"] == before["hash"] for before, after in itertools.pairwise(rows))
    assert {"books.verify", "export.write", "evidence.export", "person.add"} <= {row["verb"] for row in rows}
    checked = asked(house, "audit", "verify")
    assert checked["first_broken"] is None
    assert checked["entries"] == len(rows) + 1  # that it was exported stands in it, too


def test_files_are_recognised_and_a_changed_one_is_not(house: House, tmp_path: Path) -> None:
    day = (last_month(house).replace(day=1) - timedelta(days=1)).isoformat()
    names = [Path(name) for name in asked(house, "close", "--through", day, "--out", str(tmp_path))["files"]]
    (told,) = asked(house, "audit", "verify", "--pack", str(names[0]))["packs"]
    assert (told["known"], told["signed"]) == (True, False)
    assert "It was never signed." in told["words"]
    asked(house, "close", "--through", day, "--sign", "--as", "ann@example.com")
    checked = asked(house, "audit", "verify", *itertools.chain(*(("--pack", str(name)) for name in names)))
    assert checked["holds"]
    assert all(one["signed"] and "signed by ann@example.com" in one["words"] for one in checked["packs"])
    done = house.run("close", "--through", day, "--reopen", "one was missing", "--as", "ann@example.com")
    assert done.returncode == 0
    (told,) = asked(house, "audit", "verify", "--pack", str(names[-1]))["packs"]
    assert "The period was reopened by ann@example.com" in told["words"]
    for name in names:
        name.write_bytes(name.read_bytes().replace(b"1", b"2", 1))
        (told,) = asked(house, "audit", "verify", "--pack", str(name), status=1)["packs"]
        assert not told["known"]
        assert told["sha256"] in told["words"]
        if name.suffix == ".json":
            assert "It calls itself the pack of" in told["words"]
    receipt = next(iter(house_receipts(house)))
    house.run("audit", "evidence", receipt, "--out", str(tmp_path))
    shown = house.run("audit", "verify", "--pack", str(tmp_path / f"evidence-{receipt}.pdf"))
    assert shown.returncode == 0
    assert "handed out as evidence by command line" in shown.stdout


def test_a_log_cut_off_with_its_anchors_is_found_by_a_pack_and_accepted_after_a_backup(
    house: House, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    assert house.run("db", "backup", str(copy)).returncode == 0
    day = (last_month(house).replace(day=1) - timedelta(days=1)).isoformat()
    names = asked(house, "close", "--through", day, "--out", str(tmp_path))["files"]
    pack = next(name for name in names if name.endswith(".json"))
    assert house.run("audit", "export", "--out", str(tmp_path / "log.jsonl")).returncode == 0
    shown = house.run("audit", "verify", "--against", pack, "--against", str(tmp_path / "log.jsonl"))
    assert shown.returncode == 0
    assert "none is missing" in shown.stdout
    before = asked(house, "audit", "verify")["entries"]
    house.place.app.database.close()
    own = Path(str(house.place.app.database.url.database))
    for part in own.parent.glob(f"{own.name}-*"):  # the write-ahead log of what is replaced
        part.unlink()
    own.write_bytes(copy.read_bytes())  # as a file is put back by hand
    told = asked(house, "audit", "verify", status=1)
    assert told["first_broken"] is None
    assert told["missing"]["last"] == before - 1, "the entry that says that the log was exported came after the anchor"
    by_file = house.run("audit", "verify", "--against", pack)
    assert by_file.returncode == 1
    assert f"{Path(pack).name} says that the log had" in by_file.stdout
    by_log = house.run("audit", "verify", "--against", str(tmp_path / "log.jsonl"))
    assert "as log.jsonl has it, is missing here" in by_log.stdout
    assert house.run("audit", "accept", "--because", "The disk broke.").returncode == 0
    shown = house.run("audit", "verify")
    assert shown.returncode == 0
    assert "Taken as it stood on" in shown.stdout
    assert house.run("audit", "accept", "--because", "The disk broke.").returncode == 2
    done = house.run("db", "restore", str(copy))
    assert done.returncode == 0, done.stderr
    assert "lacks the last" in done.stdout
    assert "copy.db was put back by `tieout db restore`." in house.run("audit", "verify").stdout
    house.sync()  # what was read since the copy is read again before anything is compared
    house.reconcile()


def test_an_export_replaces_a_link_and_leaves_what_it_pointed_to(house: House, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("kept", encoding="utf-8")
    (tmp_path / "log.jsonl").symlink_to(target)
    assert house.run("audit", "export", "--out", str(tmp_path / "log.jsonl")).returncode == 0
    assert target.read_text(encoding="utf-8") == "kept"
    assert not (tmp_path / "log.jsonl").is_symlink()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["log.jsonl", "precious"]
    assert house.run("audit", "export", "--out", str(tmp_path / "none" / "log.jsonl")).returncode == 2
    assert json.loads(house.run("audit", "export").stdout.splitlines()[-1])["anchor"]["entries"] > 0


def test_what_is_no_pack_is_said_in_one_sentence(house: House, tmp_path: Path) -> None:
    (tmp_path / "some.pdf").write_bytes(b"%PDF-1.7 \xff")
    (tmp_path / "some.json").write_text("{}", encoding="utf-8")
    for name in ("some.pdf", "some.json", "none.json"):
        done = house.run("audit", "verify", "--against", str(tmp_path / name))
        assert done.returncode == 2, done.stdout
        assert len(done.stderr.strip().splitlines()) == 1


def house_receipts(house: House) -> list[str]:
    done = house.run("export", "receipts", "--format", "jsonl")
    return [json.loads(line)["id"] for line in done.stdout.splitlines()]
