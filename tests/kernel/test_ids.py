"""Identifiers: what is not one is refused with a good example, and no wrong digit goes unseen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel import ids
from openccer.kernel.ids import BatchId, InstrumentId, ProjectId, Serial, Uscc

KNOWN = "91350100M000100Y43"  # a code whose check digit others publish, too
EVERY = [kind for kind in vars(ids).values() if isinstance(kind, type) and hasattr(kind, "EXAMPLE")]

codes = st.text(Uscc.ALPHABET, min_size=17, max_size=17).map(lambda t: t + Uscc.check_digit(t))


def test_a_known_code_is_valid():
    assert Uscc(KNOWN) == KNOWN


@given(codes, st.integers(0, 17), st.sampled_from(Uscc.ALPHABET))
def test_one_wrong_character_in_a_code_is_always_seen(code: str, place: int, other: str):
    damaged = code[:place] + other + code[place + 1 :]
    assert Uscc(code) == code
    if damaged != code:
        with pytest.raises(ValueError, match="wrong check digit"):
            Uscc(damaged)


@given(codes, st.integers(0, 15))
def test_two_neighbours_of_the_first_seventeen_changed_about_are_always_seen(code: str, n: int):
    damaged = code[:n] + code[n + 1] + code[n] + code[n + 2 :]
    if damaged != code:
        with pytest.raises(ValueError, match="wrong check digit"):
            Uscc(damaged)


@pytest.mark.parametrize("letter", ["I", "O", "S", "V", "Z", "a", " "])
def test_a_letter_that_looks_like_a_digit_is_in_no_code(letter: str):
    with pytest.raises(ValueError, match="not a Uscc"):
        Uscc("91350100M000100Y4" + letter)


@pytest.mark.parametrize(
    "text", ["", "91350100M000100Y4", "91350100M000100Y433", "９1350100M000100Y43"]
)
def test_a_code_has_eighteen_plain_characters(text: str):
    with pytest.raises(ValueError, match="not a Uscc"):
        Uscc(text)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_the_error_shows_what_a_good_one_looks_like(kind: type[str]):
    with pytest.raises(ValueError, match="one looks like"):
        kind("not one: ä")


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("tail", ["\n", " ", "\x00"])
def test_nothing_invisible_follows_an_identifier(kind: type[str], tail: str):
    with pytest.raises(ValueError, match="not a"):
        kind(str(kind.EXAMPLE).split(" ")[0] + tail)


@pytest.mark.parametrize("number", [5, None, b"a"])
def test_what_is_no_text_is_no_identifier(number: object):
    with pytest.raises(ValueError, match="not a ProjectId"):
        ProjectId(number)  # type: ignore[arg-type]


SHOWN = [kind for kind in EVERY if kind.__name__ not in ("Digest", "_Id", "Uscc")]


@pytest.mark.parametrize("kind", SHOWN, ids=lambda kind: kind.__name__)
def test_the_example_is_one(kind: type[str]):
    example = str(kind.EXAMPLE)  # type: ignore[attr-defined]
    assert kind(example) == example


def test_the_example_of_a_code_is_one():
    assert Uscc(Uscc.EXAMPLE) == Uscc.EXAMPLE


def test_a_serial_knows_its_batch_its_number_and_its_instrument():
    serial = Serial.of(BatchId("OW-0001.2025.2"), 17)
    assert serial == "OW-0001.2025.2:000000017"
    assert serial.batch == "OW-0001.2025.2"
    assert serial.number == 17
    assert serial.batch.instrument == InstrumentId.of(ProjectId("OW-0001"), 2025)
