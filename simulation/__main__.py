"""`python -m simulation`: a worker that takes an order as JSON and answers an outcome a line."""

from __future__ import annotations

import signal
import sys

import msgspec

from simulation.worker import Order, outcomes

_ENDED = 143


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_ENDED))  # its folder is cleared away then, too
    order = msgspec.json.decode(sys.argv[1], type=Order)
    for outcome, lines in outcomes(order):
        for line in lines:
            sys.stdout.write(f"# {line}\n")
        sys.stdout.write(msgspec.json.encode(outcome).decode() + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
