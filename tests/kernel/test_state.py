"""A decision sees what its act declared, and nothing else."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from openccer.kernel.state import State


@dataclass(frozen=True)
class Lamp:
    KIND: ClassVar[str] = "lamp"
    name: str
    lit: bool = False

    @property
    def key(self) -> str:
        return self.name


def test_a_record_that_is_not_there_is_none():
    assert State({(Lamp, "a"): None}).get(Lamp, "a") is None


def test_a_record_nobody_declared_is_a_bug():
    with pytest.raises(KeyError):
        State({(Lamp, "a"): None}).get(Lamp, "b")


def test_a_change_to_a_record_nobody_declared_is_a_bug():
    with pytest.raises(AssertionError, match="not declared"):
        State({(Lamp, "a"): None}).put(Lamp("b"))


def test_a_record_that_must_be_there_and_is_not_is_a_bug():
    with pytest.raises(AssertionError, match="not there"):
        State({(Lamp, "a"): None}).need(Lamp, "a")


def test_a_change_leaves_the_state_before_it_as_it_was():
    before = State({(Lamp, "a"): Lamp("a")})
    after = before.put(Lamp("a", lit=True))
    assert before.need(Lamp, "a") == Lamp("a")
    assert after.need(Lamp, "a").lit


def test_a_part_of_the_state_is_only_that_part():
    whole = State({(Lamp, "a"): Lamp("a"), (Lamp, "b"): None})
    part = whole.only([(Lamp, "b")])
    assert part.get(Lamp, "b") is None
    with pytest.raises(KeyError):
        part.get(Lamp, "a")
