"""Identifiers: each its own type, checked on the way in; the error shows a good one."""

import re
from typing import ClassVar, Self


class _Id(str):
    """Text that matches the pattern of its kind; ValueError otherwise."""

    __slots__ = ()
    PATTERN: ClassVar[re.Pattern[str]]
    EXAMPLE: ClassVar[str]

    def __new__(cls, text: str) -> Self:
        if not isinstance(text, str) or not cls.PATTERN.fullmatch(text):
            shown = str(text)[:80]
            raise ValueError(f"not a {cls.__name__}: {shown!r} (one looks like {cls.EXAMPLE})")
        return super().__new__(cls, text)


class AccountId(_Id):
    """A registry account or the trading account of the same subject, or `issuer`."""

    __slots__ = ()
    PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
    EXAMPLE = "haifeng-wind"


class PolicyId(_Id):
    """A policy record, in all its languages."""

    __slots__ = ()
    PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
    EXAMPLE = "ets-measures-19"


class ActorId(_Id):
    """Who acts: a person or a system that holds roles."""

    __slots__ = ()
    PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
    EXAMPLE = "registry-desk"


class BodyId(_Id):
    """A validation and verification body (审定与核查机构)."""

    __slots__ = ()
    PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
    EXAMPLE = "body-a"


class ProjectId(_Id):
    __slots__ = ()
    PATTERN = re.compile(r"[A-Z0-9][A-Z0-9-]{1,23}")
    EXAMPLE = "OW-0001"


class ReductionId(_Id):
    """One monitoring period of one project that is claimed: OW-0001/2025-01."""

    __slots__ = ()
    PATTERN = re.compile(r"[A-Z0-9][A-Z0-9-]{1,23}/[0-9A-Za-z-]{1,16}")
    EXAMPLE = "OW-0001/2025"


class InstrumentId(_Id):
    """What is traded: one project, one production year (trading rules, article 10)."""

    __slots__ = ()
    PATTERN = re.compile(r"[A-Z0-9][A-Z0-9-]{1,23}\.[0-9]{4}")
    EXAMPLE = "OW-0001.2025"

    @classmethod
    def of(cls, project: ProjectId, year: int) -> Self:
        return cls(f"{project}.{year:04d}")

    @property
    def year(self) -> int:
        return int(self.rsplit(".", 1)[1])

    @property
    def first_batch(self) -> "BatchId":
        return BatchId(f"{self}.1")


class BatchId(_Id):
    """Credits issued at once for one project and production year; the last part counts them."""

    __slots__ = ()
    PATTERN = re.compile(r"[A-Z0-9][A-Z0-9-]{1,23}\.[0-9]{4}\.[0-9]{1,3}")
    EXAMPLE = "OW-0001.2025.1"

    @property
    def instrument(self) -> InstrumentId:
        return InstrumentId(self.rsplit(".", 1)[0])


class Serial(_Id):
    """One credit, for ever: its batch and its number in it."""

    __slots__ = ()
    PATTERN = re.compile(r"[A-Z0-9][A-Z0-9-]{1,23}\.[0-9]{4}\.[0-9]{1,3}:[0-9]{9}")
    EXAMPLE = "OW-0001.2025.1:000000001"

    @classmethod
    def of(cls, batch: BatchId, number: int) -> Self:
        return cls(f"{batch}:{number:09d}")

    @property
    def batch(self) -> BatchId:
        return BatchId(self.rsplit(":", 1)[0])

    @property
    def number(self) -> int:
        return int(self.rsplit(":", 1)[1])


class ActId(_Id):
    """The client's own name for one intention: sent twice, done once."""

    __slots__ = ()
    PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
    EXAMPLE = "2026-05-12-issue-1"


class OrderId(_Id):
    __slots__ = ()
    PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
    EXAMPLE = "order-1"


class Digest(_Id):
    """SHA-256 of some bytes, in lower-case hexadecimal."""

    __slots__ = ()
    PATTERN = re.compile(r"[0-9a-f]{64}")
    EXAMPLE = "e3b0c442...b855 (64 hexadecimal digits)"


class Uscc(_Id):
    """Unified social credit code (统一社会信用代码), 18 characters, the last a check digit.

    Source: GB 32100-2015: sum of value x 3^position modulo 31.
    """

    __slots__ = ()
    ALPHABET: ClassVar[str] = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    PATTERN = re.compile(r"[0-9ABCDEFGHJKLMNPQRTUWXY]{18}")
    EXAMPLE = "91110000100000000R"

    def __new__(cls, text: str) -> Self:
        self = super().__new__(cls, text)
        if self[17] != cls.check_digit(self[:17]):
            raise ValueError(f"not a Uscc: {text!r} has a wrong check digit")
        return self

    @classmethod
    def check_digit(cls, first_seventeen: str) -> str:
        """The eighteenth character for the first seventeen."""
        pairs = enumerate(first_seventeen)
        total = sum(cls.ALPHABET.index(char) * pow(3, i, 31) for i, char in pairs)
        return cls.ALPHABET[-total % 31]
