"""Where the sandbox looks for the stand-in."""

from __future__ import annotations

from sandbox.xero.organisations import XeroStand

__all__ = ["XeroStand"]
