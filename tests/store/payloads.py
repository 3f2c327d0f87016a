"""Payloads as a provider sends them: alike but for what each says alone."""

from __future__ import annotations

import json


def objects(count: int, indent: int | None = 2) -> list[bytes]:
    """With the line ends and spaces that Stripe sends."""
    made = []
    for number in range(count):
        told = {
            "id": f"in_{number:06}Zq", "object": "invoice", "minor": 1_000_000 + 7_919 * number, "currency": "gbp",
            "customer_name": f'Mädchen{number}name "Qu\\oted" {number}', "customer_email": f"person{number}@home{number}.org",
            "status": "open" if number % 3 else "paid", "collection_method": "charge_automatically", "livemode": False,
            "phone": f"+44 20 {7_000_000 + 13 * number}", "metadata": {f"key{number}of": f"Straße {number}"}, "lines": [],
        }  # fmt: skip
        made.append(json.dumps(told, indent=indent, ensure_ascii=number % 2 == 0).encode())
    return made
