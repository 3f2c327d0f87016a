"""Contacts: made, changed, archived and merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.xero.books import Books, Place
from sandbox.xero.faults import Invalid
from sandbox.xero.wire import Record

NAME_MAX = 255
_TEXTS = (
    "FirstName",
    "LastName",
    "CompanyNumber",
    "ContactNumber",
    "AccountNumber",
    "EmailAddress",
    "BankAccountDetails",
    "TaxNumber",
)
_STATUSES = frozenset({"ACTIVE", "ARCHIVED"})


def save_contact(books: Books, body: Mapping[str, Any], *, create: bool) -> Record:
    """PUT (create) or POST (create or update, by ContactID, ContactNumber or name)."""
    held = None if create else _known(books, body)
    _check(books, body, held)
    return _create(books, body) if held is None else _update(books, held, body)


def contact_of(books: Books, body: Mapping[str, Any]) -> Record:
    """The contact that a document names by id or by name; one of a new name is made."""
    given = body.get("Contact")
    if not isinstance(given, dict) or not given:
        raise Invalid("A Contact must be specified for this type of transaction")
    if given.get("ContactID"):
        found = books.get("Contacts", given["ContactID"])
        if found is None:
            raise Invalid("The Contact could not be found")
        if found["ContactStatus"] != "ACTIVE":
            raise Invalid("The contact has been archived and cannot be used")
        return found
    if not given.get("Name"):
        raise Invalid("The Contact name must be specified")
    return _by_name(books, str(given["Name"])) or save_contact(books, given, create=True)


def rename(books: Books, contact_id: str, name: str) -> Record:
    return save_contact(books, {"ContactID": contact_id, "Name": name}, create=False)


def merge(books: Books, gone_id: str, kept_id: str) -> Record:
    """Everything of the first becomes the second's; the first stays archived and names the second."""
    if gone_id == kept_id:
        raise Invalid("A contact cannot be merged into itself")
    kept = books.need("Contacts", kept_id, "Contact")
    for place in list(books.places_of[gone_id]):
        record = books.edit(place)
        if place.kind == "Payments":
            record["Invoice"] = {**record["Invoice"], "Contact": books.contact_refs[kept_id]}
        else:
            record["Contact"] = books.contact_refs[kept_id]
        books.link(books.places_of[kept_id], place)
        books.unlink(books.places_of[gone_id], place)
    gone = books.edit(Place("Contacts", gone_id))
    gone |= {"ContactStatus": "ARCHIVED", "MergedToContactID": kept_id}
    books.touch(Place("Contacts", gone_id))
    books.touch(Place("Contacts", kept_id))
    books.forget_bytes()
    return kept


def _known(books: Books, body: Mapping[str, Any]) -> Record | None:
    if body.get("ContactID"):
        return books.need("Contacts", body["ContactID"], "The Contact")
    return _by_name(books, str(body.get("Name", "")))


def _by_name(books: Books, name: str) -> Record | None:
    place = books.keys.get(f"name/{name.casefold()}")
    found = books.get(place.kind, place.id) if place else None
    return found if found is not None and found["ContactStatus"] == "ACTIVE" else None


def _check(books: Books, body: Mapping[str, Any], held: Record | None) -> None:
    name = str(body.get("Name") or "") or (held["Name"] if held else "")
    if not name:
        raise Invalid("The Contact Name cannot be empty.")
    if len(name) > NAME_MAX:
        raise Invalid(f"The Contact Name cannot be longer than {NAME_MAX} characters.")
    other = _by_name(books, name)
    if other is not None and (held is None or other["ContactID"] != held["ContactID"]):
        raise Invalid(
            f"The contact name {name} is already assigned to another contact. "
            "The contact name must be unique across all active contacts."
        )
    if body.get("ContactStatus", "ACTIVE") not in _STATUSES:
        raise Invalid("ContactStatus must be ACTIVE or ARCHIVED")


def _create(books: Books, body: Mapping[str, Any]) -> Record:
    place = Place("Contacts", books.new_id())
    record: Record = {
        "ContactID": place.id,
        "ContactStatus": "ACTIVE",
        "Name": str(body["Name"]),
        "EmailAddress": "",
        "BankAccountDetails": "",
        "Addresses": [_address("STREET"), _address("POBOX")],
        "Phones": [_phone(kind) for kind in ("DDI", "DEFAULT", "FAX", "MOBILE")],
        "ContactGroups": [],
        "SalesTrackingCategories": [],
        "PurchasesTrackingCategories": [],
        "ContactPersons": [],
        "HasAttachments": False,
        "HasValidationErrors": False,
    }
    _put(record, body)
    books.contact_refs[place.id] = _summary(record)
    books.add(place, record)
    _name(books, record)
    return record


def _update(books: Books, held: Record, body: Mapping[str, Any]) -> Record:
    place = Place("Contacts", held["ContactID"])
    record = books.edit(place)
    _put(record, body)
    if body.get("Name") and body["Name"] != books.contact_refs[place.id]["Name"]:
        record["Name"] = str(body["Name"])
        books.contact_refs[place.id]["Name"] = record["Name"]
        books.forget_bytes()
        _name(books, record)
    if body.get("ContactStatus"):
        record["ContactStatus"] = body["ContactStatus"]
    books.touch(place)
    return record


def _name(books: Books, record: Record) -> None:
    books.keys[f"name/{record['Name'].casefold()}"] = Place("Contacts", record["ContactID"])


def _put(record: Record, body: Mapping[str, Any]) -> None:
    for field in _TEXTS:
        if body.get(field) is not None:
            record[field] = str(body[field])
    if body.get("DefaultCurrency"):
        record["DefaultCurrency"] = str(body["DefaultCurrency"])
    for field, kind in (("Addresses", "AddressType"), ("Phones", "PhoneType")):
        given = {row[kind]: row for row in body.get(field) or [] if isinstance(row, dict) and row.get(kind)}
        record[field] = [{**row, **given.get(row[kind], {})} for row in record[field]]


def _address(kind: str) -> Record:
    return {"AddressType": kind, "City": "", "Region": "", "PostalCode": "", "Country": ""}


def _phone(kind: str) -> Record:
    return {"PhoneType": kind, "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}


def _summary(record: Record) -> Record:
    """What a document shows of its contact."""
    return {
        "ContactID": record["ContactID"],
        "Name": record["Name"],
        "Addresses": [],
        "Phones": [],
        "ContactGroups": [],
        "ContactPersons": [],
        "HasValidationErrors": False,
    }
