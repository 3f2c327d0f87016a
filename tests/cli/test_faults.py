"""How failures end."""

from __future__ import annotations

import errno

import pytest
import redis
import sqlalchemy.exc
import typer

from cli.faults import ending_of, report
from ledger.faults import BadInput, ConsentLost, Fault, RateLimited, Unreachable


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadInput("Line 3 has no amount; give one."), 2),
        (Unreachable("Xero does not answer; try later."), 3),
        (RateLimited("Xero's limit is reached; try in a minute.", 60), 3),
        (ConsentLost("QuickBooks asks for a new consent; connect again."), 1),
        (Fault("Something stopped it; look there."), 2),
    ],
)
def test_a_fault_ends_with_its_own_sentence_and_status(error: Fault, status: int) -> None:
    ending = ending_of(error)
    assert ending is not None
    assert (ending.status, ending.sentence) == (status, str(error))


@pytest.mark.parametrize(
    "error",
    [
        redis.ConnectionError("Error 111 connecting to queue:6379."),
        sqlalchemy.exc.OperationalError("SELECT 1", {}, Exception("connection refused")),
        ConnectionRefusedError(111, "Connection refused"),
        TimeoutError("timed out"),
    ],
)
def test_a_service_that_does_not_answer_ends_with_3(error: Exception) -> None:
    ending = ending_of(error)
    assert ending is not None
    assert ending.status == 3
    assert "\n" not in ending.sentence


def test_a_file_that_cannot_be_used_ends_with_2() -> None:
    ending = ending_of(FileNotFoundError(2, "No such file or directory", "invoices.csv"))
    assert ending is not None
    assert ending.status == 2
    assert ending.sentence == "Cannot use invoices.csv (No such file or directory); check its path and mode."


@pytest.mark.parametrize("error", [KeyboardInterrupt(), typer.Abort()])
def test_a_person_who_stops_it_ends_with_130(error: BaseException) -> None:
    ending = ending_of(error)
    assert ending is not None
    assert ending.status == 130


def test_a_mistake_of_ours_shows_where_and_hides_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise KeyError("api_key=hidden")
    except KeyError as error:
        status = report(error)
    seen = capsys.readouterr().err
    assert status == 70
    assert "test_faults.py" in seen
    assert "hidden" not in seen.replace("hides", "")
    assert seen.endswith("tieout: This is a mistake in Tieout, nothing that you did; report it with the lines above.\n")


def test_a_sentence_is_redacted_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(Unreachable("postgresql://me:hidden@db does not answer.")) == 3
    assert capsys.readouterr().err == "tieout: postgresql://me:***@db does not answer.\n"


def test_a_full_disk_is_no_mistake_of_ours() -> None:
    ending = ending_of(OSError(errno.ENOSPC, "No space left on device"))
    assert ending is not None
    assert (ending.status, "No space left on device" in ending.sentence) == (2, True)
