"""A worker that works off what waits, and closes its line: left open, it is collected in the middle of another test."""

from __future__ import annotations

from runtime.queue import worker


def work_off(url: str) -> None:
    made = worker(url)
    try:
        made.work(burst=True, logging_level="ERROR")
    finally:
        made.connection.close()
