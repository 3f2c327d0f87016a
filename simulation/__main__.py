"""`python -m simulation`: a worker that takes an order as JSON and then seeds, a line each, and answers an outcome a line."""

from __future__ import annotations

import os
import signal
import sys

import msgspec

from simulation.worker import Order, outcomes

_ENDED = 143


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_ENDED))  # its folder is cleared away then, too
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    order = msgspec.json.decode(sys.argv[1], type=Order)
    try:
        for outcome, lines in outcomes(order, map(int, iter(sys.stdin.readline, ""))):
            for line in lines:
                sys.stdout.write(f"# {line}\n")
            sys.stdout.write(msgspec.json.encode(outcome).decode() + "\n")
            sys.stdout.flush()
    except BrokenPipeError:  # nobody listens any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _ENDED
    return 0


if __name__ == "__main__":
    sys.exit(main())
