"""Invoices, and the documents behind one debt."""
