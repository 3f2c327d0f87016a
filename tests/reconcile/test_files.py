"""`tieout match` over files: exact reading, exact refusals, the same bytes."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

import reconcile
from cli.match import match
from reconcile.read import read_history, read_invoices, read_rates, read_receipts
from reconcile.table import BadRow

INVOICES = """invoice_id,number,customer_id,issue_date,currency,total,open_amount,status
in1,INV-5001,C1,2026-01-04,EUR,119.5,119.50,
in2,INV-5002,C1,2026-01-05,EUR,77.00,77,open
in3,J-1,C2,2026-01-06,JPY,18000,18000,open
"""
RECEIPTS = """receipt_id,received_date,currency,amount,payer_name,reference,metadata
p1,2026-02-01,EUR,119.50,LINDEN OPTIK,INV-5001,
p2,2026-02-02,EUR,60.00,LINDEN OPTIK,INV-5002 part,"{""order"": ""17""}"
p3,2026-02-03,JPY,18000,山田製作所,,
"""
CUSTOMERS = "customer_id,name,email,parent_customer_id,account\nC1,Linden Optik GmbH,,,\nC2,株式会社山田製作所,,,\n"

ROOT = Path(reconcile.__file__).parent.parent
app = Typer()
app.command()(match)


def write(folder: Path, **texts: str) -> list[str]:
    """Files of these texts, and the arguments that name them."""
    arguments = []
    for name, text in texts.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8", newline="")
        arguments += [f"--{name}", str(path)]
    return [*arguments, "--out", str(folder / "out")]


def run(folder: Path, **texts: str) -> Result:
    return CliRunner().invoke(app, write(folder, **texts))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_files_in_files_out(tmp_path: Path) -> None:
    result = run(tmp_path, invoices=INVOICES, receipts=RECEIPTS, customers=CUSTOMERS)
    assert result.exit_code == 0, result.output
    matches = table(tmp_path / "out" / "matches.csv")
    assert [
        (row["receipt_id"], row["invoice_id"], row["applied_amount"], row["decision"], row["rank"]) for row in matches
    ] == [
        ("p1", "in1", "119.50", "auto", "1"),
        ("p2", "in2", "60.00", "auto", "1"),
        ("p3", "in3", "18000", "auto", "1"),
    ]
    assert (matches[1]["residual_amount"], matches[1]["residual_kind"]) == ("17.00", "part")
    assert matches[0]["reason"] == "names INV-5001; in full; exact amount; payer is Linden Optik GmbH"
    statuses = table(tmp_path / "out" / "receipts.csv")
    assert [(row["receipt_id"], row["status"], row["unapplied_amount"]) for row in statuses] == [
        ("p1", "matched", "0.00"),
        ("p2", "matched", "0.00"),
        ("p3", "matched", "0"),
    ]


def test_row_order_column_order_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    run(tmp_path, invoices=INVOICES, receipts=RECEIPTS, customers=CUSTOMERS)
    first = (tmp_path / "out" / "matches.csv").read_bytes(), (tmp_path / "out" / "receipts.csv").read_bytes()
    other = tmp_path / "other"
    other.mkdir()
    turned = {
        name: "\ufeff" + "".join(",".join([*reversed(cells), "x"]) + "\r\n" for cells in [rows[0], *reversed(rows[1:])])
        for name, rows in (
            ("invoices", [line.split(",") for line in INVOICES.splitlines()]),
            ("customers", [line.split(",") for line in CUSTOMERS.splitlines()]),
        )
    }
    result = run(other, receipts=RECEIPTS, **turned)
    assert result.exit_code == 0, result.output
    assert ((other / "out" / "matches.csv").read_bytes(), (other / "out" / "receipts.csv").read_bytes()) == first


@pytest.mark.parametrize(
    ("file", "old", "new", "column", "line"),
    [
        ("invoices", "119.5,119.50", "119.505,119.50", "total", 2),
        ("invoices", "119.5,119.50", "1e3,119.50", "total", 2),
        ("invoices", "77.00,77,open", "77.00,-77,open", "open_amount", 3),
        ("invoices", "77,open", "77,posted", "status", 3),
        ("invoices", "2026-01-05", "2026-02-30", "issue_date", 3),
        ("invoices", "2026-01-05", "05.01.2026", "issue_date", 3),
        ("invoices", "18000,18000", "18000.5,18000", "total", 4),
        ("invoices", "JPY", "JPX", "currency", 4),
        ("invoices", "in2,", "in1,", "invoice_id", 3),
        ("invoices", "in2,", ",", "invoice_id", 3),
        ("receipts", "60.00", "60,00", "-", 3),
        ("receipts", "60.00", "", "amount", 3),
        ("receipts", "2026-02-02", "", "received_date", 3),
        ("receipts", '{""order"": ""17""}', "[1]", "metadata", 3),
        ("receipts", '{""order"": ""17""}', '{""order"": 17}', "metadata", 3),
        ("receipts", "amount", "sum", "amount", 1),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(
    tmp_path: Path, file: str, old: str, new: str, column: str, line: int
) -> None:
    texts = {"invoices": INVOICES, "receipts": RECEIPTS}
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new, 1)
    result = run(tmp_path, **texts)
    assert result.exit_code == 2
    assert f"{file}.csv, line {line}, column {column}:" in result.output
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_or_not_utf8_is_named(tmp_path: Path) -> None:
    arguments = write(tmp_path, invoices=INVOICES, receipts=RECEIPTS)
    (tmp_path / "receipts.csv").write_bytes(b"receipt_id\n\xff\n")
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "line 2" in result.output
    (tmp_path / "receipts.csv").unlink()
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "receipts.csv" in result.output


def test_history_and_rates_are_read(tmp_path: Path) -> None:
    history = tmp_path / "history.csv"
    history.write_text(
        "receipt_id,received_date,currency,amount,invoice_id,applied_amount,customer_id,payer_name\nh,2026-01-01,EUR,5,x,5.00,C1,LINDEN\n"
    )
    assert read_history(history)[0].customer_id == "C1"
    foreign = "receipt_id,received_date,currency,amount,invoice_id,applied_amount,customer_id\nh,2026-01-01,JPY,1800,x,12.34,C1\n"
    history.write_text(foreign)
    assert read_history(history)[0].receipt.amount_minor == 1800
    history.write_text(foreign.replace("12.34", "1.2.3"))
    with pytest.raises(BadRow):
        read_history(history)
    rates = tmp_path / "rates.csv"
    rates.write_text("date,from,to,rate\n2026-01-01,USD,EUR,0.91\n")
    assert str(read_rates(rates)[0].value) == "0.91"
    rates.write_text("date,from,to,rate\n2026-01-01,USD,EUR,0\n")
    with pytest.raises(BadRow, match="column rate"):
        read_rates(rates)


def test_line_separators_inside_a_cell_stay(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        'receipt_id,received_date,currency,amount,reference\n1,2026-01-01,EUR,-5,"a\nb\u2028c"\n', encoding="utf-8"
    )
    assert read_receipts(path)[0].reference == "a\nb\u2028c"
    assert read_receipts(path)[0].amount_minor == -500


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    path = tmp_path / "i.csv"
    path.write_text("")
    with pytest.raises(BadRow, match="line 1, column invoice_id"):
        read_invoices(path)


def test_another_hash_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """Sets must not decide an order: two processes that hash differently write the same files."""
    arguments = write(tmp_path, invoices=INVOICES, receipts=RECEIPTS, customers=CUSTOMERS)
    seen = set()
    for seed in ("1", "2"):
        env = {"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            [sys.executable, "-m", "cli.match", *arguments],
            cwd=ROOT,
            env=env,
            check=True,
            capture_output=True,
            timeout=240,
        )
        assert b"3 receipts: 3 matched" in done.stdout
        seen.add((tmp_path / "out" / "matches.csv").read_bytes())
    assert len(seen) == 1
