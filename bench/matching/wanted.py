"""Lists as a command line gives them."""


def numbers(text: str) -> tuple[int, ...]:
    """`1,2,5-8` as 1, 2, 5, 6, 7, 8. Raise ValueError for anything else."""
    found: list[int] = []
    for part in text.split(","):
        low, _, high = part.strip().partition("-")
        found += range(int(low), int(high or low) + 1)
    return tuple(found)


def spelt(values: tuple[int, ...]) -> str:
    """The shortest form that `numbers` reads: runs of neighbours as `5-8`."""
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][1] + 1:
            runs[-1][1] = value
        else:
            runs.append([value, value])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)
