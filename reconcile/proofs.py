"""What the benchmark has proved of each class of evidence: the file that ships, and who may be trusted by it.

A class is proved when even the 95 % upper bound of its rate of wrong answers is under one in a thousand. The file is written by
`python -m bench.matching prove`; nothing here measures.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import msgspec

PROVED_UNDER = 0.001
"""The rate of wrong answers that the upper bound must stay under."""
FILE = Path(__file__).with_name("proved.json")


class Proof(msgspec.Struct, frozen=True):
    """One class: `n` automatic answers were looked at and `wrong` were wrong.

    `upper` is the one-sided 95 % bound of Clopper and Pearson, which decides; `upper_two_sided` the upper end of the 95 % interval.
    """

    n: int
    wrong: int
    upper: float
    upper_two_sided: float

    @property
    def proved(self) -> bool:
        """Whether it may be switched on where no own record speaks for it."""
        return self.upper < PROVED_UNDER


class ProofFile(msgspec.Struct, frozen=True):
    """The whole file: the figures, and what they were measured with."""

    classes: dict[str, Proof]
    seeds: str
    receipts: int
    """For each seed, as the invoices."""
    invoices: int
    generator: str
    """Digest of the generator's source: the same generator and seeds give the same sets."""
    engine: str
    """Digest of the matcher's source."""
    policy: str
    """Digest of the policy in force."""


def read_proofs(path: Path = FILE) -> ProofFile:
    """Read and check the file. Raises msgspec.ValidationError for one that is not of this form."""
    return msgspec.json.decode(path.read_bytes(), type=ProofFile)


@cache
def proofs() -> Mapping[str, Proof]:
    """The proof of each class by its code, from the file that ships."""
    return MappingProxyType(read_proofs().classes)
