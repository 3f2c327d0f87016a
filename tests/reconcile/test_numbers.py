"""The shapes of a number."""

from hypothesis import given
from hypothesis import strategies as st

from reconcile.numbers import number_forms


@given(
    prefix=st.text("ABRE", min_size=1, max_size=4),
    sign=st.sampled_from(["", " ", "-", "/", ".", "_"]),
    digits=st.text("0123", min_size=1, max_size=9),
)
def test_a_plain_number_has_the_forms_that_its_parts_give(prefix: str, sign: str, digits: str) -> None:
    plain, longer = number_forms(f"{prefix}{sign}{digits}"), number_forms(f"{prefix} - {digits}")
    assert plain == longer
