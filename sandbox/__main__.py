"""`python -m sandbox`: serves the three stand-ins until it is interrupted, and prints the settings that lead there."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date

from sandbox.run import PROVIDERS, Sandbox


def main(arguments: Sequence[str] | None = None, stop: threading.Event | None = None) -> int:
    """Serve until `stop`, an interrupt or a termination signal; 2 where a port is taken."""
    chosen = _parser().parse_args(arguments)
    first = int(chosen.port)
    ports = {provider: first + place for place, provider in enumerate(PROVIDERS)} if first else None
    ended = stop or threading.Event()
    if stop is None:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: ended.set())
    try:
        sandbox = Sandbox(
            chosen.size,
            chosen.seed,
            chosen.today,
            ports=ports,
            providers=chosen.only or PROVIDERS,
            real_limits=not chosen.no_limits,
        )
    except OSError as error:
        sys.stderr.write(f"The sandbox cannot listen on port {first} or the two after it: {error.strerror}.\n")
        return 2
    with sandbox:
        sys.stdout.write(summary(sandbox))
        sys.stdout.flush()
        ended.wait()
    return 0


def summary(sandbox: Sandbox) -> str:
    """The companies as comments, then the settings, so that the whole is a valid .env file."""
    companies = [f"# {held.provider}: {held.name} ({held.tenant})" for held in sandbox.connections()]
    settings = [f"{name}={value}" for name, value in sandbox.settings().items()]
    return "\n".join([*companies, *settings, ""])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="Stand-ins for QuickBooks Online, Xero and Stripe on 127.0.0.1, with a pretend business in them.",
        epilog="Example: python -m sandbox --port 9400 > sandbox.env",
    )
    parser.add_argument("--size", choices=("small", "large"), default="small", help="how much stands in the books")
    parser.add_argument("--seed", type=int, default=1, help="the same seed and day give the same world")
    parser.add_argument("--today", type=date.fromisoformat, help="the day that the world has reached (YYYY-MM-DD)")
    parser.add_argument("--port", type=int, default=0, help="the first of three ports; free ones are taken without it")
    parser.add_argument("--only", choices=PROVIDERS, action="append", help="serve this provider alone; may be repeated")
    parser.add_argument("--no-limits", action="store_true", help="lift the providers' call limits")
    return parser


if __name__ == "__main__":
    sys.exit(main())
