"""Contacts: made, renamed, archived and merged."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.faults import Invalid
from sandbox.xero.desk.wire import Record

TAKEN = "The contact name {} is already assigned to another contact. The contact name must be unique across all active contacts."
_NAME_MAX = 255


class People:
    """Call under the books' lock."""

    def __init__(self, books: Books) -> None:
        self.books = books

    def add(self, name: str, email: str | None = None, currency: str | None = None) -> Record:
        self._check_name(name, None)
        record: Record = {"Name": name, "EmailAddress": email, "ContactStatus": "ACTIVE", "DefaultCurrency": currency}
        made = self.books.add("Contacts", record)
        self.books.name(self.books.names, name.lower(), made["ContactID"])
        return made

    def named(self, name: str) -> str:
        """The id of the contact of that name, made if there is none."""
        held = self.books.names.get(name.lower())
        return held if held is not None else str(self.add(name)["ContactID"])

    def rename(self, contact_id: str, name: str) -> Record:
        """Every document shows the new name at once; only the contact's own stamp moves."""
        contact = self.books.change("Contacts", contact_id)
        self._check_name(name, contact_id)
        self.books.name(self.books.names, contact["Name"].lower(), None)
        self.books.name(self.books.names, name.lower(), contact_id)
        contact["Name"] = name
        self.books.touch("Contacts", contact_id)
        self.books.forget_bytes()
        return contact

    def set_email(self, contact_id: str, email: str) -> Record:
        contact = self.books.change("Contacts", contact_id)
        contact["EmailAddress"] = email
        self.books.touch("Contacts", contact_id)
        return contact

    def archive(self, contact_id: str) -> Record:
        contact = self.books.change("Contacts", contact_id)
        contact["ContactStatus"] = "ARCHIVED"
        self.books.name(self.books.names, contact["Name"].lower(), None)
        self.books.touch("Contacts", contact_id)
        return contact

    def merge(self, gone_id: str, into_id: str) -> Record:
        """What the first had is the second's from now on; the documents' own stamps stay as they are."""
        if gone_id == into_id:
            raise Invalid("A contact cannot be merged into itself")
        into = self.books.need("Contacts", into_id)
        self._move(self.books.documents_of.pop(gone_id, []), into_id)
        gone = self.archive(gone_id)
        gone["MergedToContactID"] = into_id
        self.books.touch("Contacts", into_id)
        self.books.forget_bytes()
        return into

    def _move(self, documents: Iterable[tuple[str, str]], into: str) -> None:
        for kind, key in documents:
            self.books.need(kind, key)["ContactID"] = into
            self.books.documents_of[into].append((kind, key))

    def _check_name(self, name: str, own: str | None) -> None:
        if not name or len(name) > _NAME_MAX:
            raise Invalid(f"A contact needs a name of at most {_NAME_MAX} characters")
        if self.books.names.get(name.lower(), own) != own:
            raise Invalid(TAKEN.format(name))
