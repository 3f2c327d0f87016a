from __future__ import annotations

from connectors.stripe.hints import hints_of


def test_a_number_of_its_own_comes_first() -> None:
    assert hints_of("AB-0012", None, ("see INV-204",)) == ("number:AB-0012", "number:INV-204")


def test_metadata_that_names_a_document_gives_its_number_or_id() -> None:
    metadata = {
        "invoice_number": "2041",
        "quickbooks_id": "77",
        "xero": "0f1e2d3c-aaaa-bbbb-cccc-1234567890ab",
        "order": "blue",
        "twin": "in_1AbcDEF",
        "note": "x" * 99,
        "empty": None,
    }
    assert hints_of(None, metadata, ()) == (
        "number:2041",
        "77",
        "0f1e2d3c-aaaa-bbbb-cccc-1234567890ab",
        "in_1AbcDEF",
    )


def test_free_text_gives_ids_and_numbers_with_letters_but_no_bare_digits() -> None:
    text = "Payment 2026 for RE/2026/0017, INV204 and pi_3AbcdefG on 4 May"
    assert hints_of(None, None, (text, None)) == ("pi_3AbcdefG", "number:RE/2026/0017", "number:INV204")
