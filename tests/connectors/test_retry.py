from __future__ import annotations

import pytest

from connectors.retry import RetryPolicy, retry_after_seconds
from tests.connectors.wire import NOW


def test_the_pause_doubles_up_to_its_longest_and_keeps_half_of_it_sure() -> None:
    policy = RetryPolicy(first_seconds=1, longest_seconds=4)
    assert [policy.delay_seconds(n, lambda: 1.0) for n in (1, 2, 3, 4)] == [1, 2, 4, 4]
    assert [policy.delay_seconds(n, lambda: 0.0) for n in (1, 2, 3, 4)] == [0.5, 1, 2, 2]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("Mon, 04 May 2026 10:00:30 GMT", 30.0), ("soon", None), ("", None)],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert retry_after_seconds({"retry-after": text}, NOW) == seconds
    assert retry_after_seconds({}, NOW) is None
