"""Cash to invoices: a pure engine that decides, explains and never touches a store."""
