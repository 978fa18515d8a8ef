"""The tables of forest biomass: whole, each value labelled, and read strictly."""

import csv
import re
from fractions import Fraction
from pathlib import Path

import pytest

from openccer.mrv.sheet import Known
from openccer.mrv.tables.load import (
    BOUNDS,
    TableError,
    biomass_in,
    load_biomass,
    shipped_biomass,
)

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "methodologies"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the published tables are not here")
KEYS = {"BEF": "BEF", "D": "WD", "R": "R", "CF": "CF"}


def rows(name: str) -> list[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def plain_name(text: str) -> str:
    return re.sub(r" \(.*", "", text)


@needs_shared
@pytest.mark.parametrize("name", ["biomass.csv", "biomass2.csv"])
def test_every_species_value_of_the_sources_is_carried_over_exactly(name: str) -> None:
    table, seen = shipped_biomass(), 0
    for row in rows(name):
        if row["parameter"] not in KEYS or row["species_or_type"].startswith(
            ("Trees", "Shrubs", "Mangrove")
        ):
            continue
        found = table.species_named(plain_name(row["species_or_type"]))
        assert found is not None, row["species_or_type"]
        assert found.values[KEYS[row["parameter"]]].value == Fraction(row["value"])
        seen += 1
    assert seen > 80, "the search itself is broken"


@needs_shared
def test_a_value_read_in_a_source_is_labelled_so_and_one_from_memory_is_not() -> None:
    read = {
        (row["zh"], KEYS[row["parameter"]])
        for row in rows("biomass2.csv")
        if row["parameter"] in KEYS
    }
    for species in shipped_biomass().species:
        for key, value in species.values.items():
            wanted = Known.READ if (species.title.zh, key) in read else Known.OWN
            assert value.known == wanted, (species.title.zh, key)


@needs_shared
def test_the_pairs_of_volume_and_biomass_are_those_of_the_source() -> None:
    wanted = {
        (row["zh"], row["parameter"][-1]): Fraction(row["value"])
        for row in rows("biomass2.csv")
        if row["parameter"].startswith("AGB=a*V^b")
    }
    found = {
        (pair.title.zh, key): getattr(pair, key).value
        for pair in shipped_biomass().pairs
        for key in ("a", "b")
    }
    assert len(shipped_biomass().pairs) == 14
    assert found == wanted


def test_twenty_seven_groups_were_read_and_the_rest_is_from_memory() -> None:
    # additions.md 1.3: 27 species groups in the document of 2022.
    read = [
        species
        for species in shipped_biomass().species
        if any(value.known == Known.READ for value in species.values.values())
    ]
    assert len(read) == 27


def test_a_species_answers_to_its_latin_chinese_and_english_names() -> None:
    table = shipped_biomass()
    found = table.species_named("杉木")
    assert found is not None
    assert found is table.species_named("cunninghamia  lanceolata")
    assert found is table.species_named("Chinese fir")
    assert found.values["CF"].value == Fraction("0.52")  # table 1


def test_a_species_without_a_pair_is_given_no_other_pair() -> None:
    assert shipped_biomass().pair_named("Larix") is None
    willow = shipped_biomass().pair_named("柳树")
    assert willow is not None
    assert willow.a.value == Fraction("1.142254")  # other soft broadleaf names the willow


def test_old_global_warming_potentials_are_named_as_old() -> None:
    constants = shipped_biomass().constants
    assert {key for key in constants if key.startswith("GWP")} == {"GWP_CH4_AR4", "GWP_N2O_AR4"}


GOOD = """sources:
  t1: a table
species:
  - {zh: 杉, en: fir, names: [], CF: {value: 0.5, known: S, source: t1}}
pairs: []
functions: []
constants: {}
"""


def test_a_small_table_is_read() -> None:
    assert biomass_in(GOOD.encode(), "t.yaml").species[0].values["CF"].value == Fraction(1, 2)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("known: S", "known: Z", "say S"),
        ("source: t1", "source: t9", "not in sources"),
        ("value: 0.5", "value: half", "not a number"),
        ("value: 0.5", "value: 5", "not between"),
        ("value: 0.5", "value: NaN", "not a"),
        (", CF:", ", XX:", "unknown key XX"),
        ("zh: 杉", "zh: ''", "a name is missing"),
        ("names: [],", "", "names is missing"),
        ("names: []", "names: fir", "not a list"),
        ("pairs: []", "pairs: {}", "not a list"),
        ("constants: {}", "constants: {}\nmore: 1", "unknown key more"),
        ("functions: []\n", "", "functions is missing"),
        (", CF: {value: 0.5, known: S, source: t1}", "", "without a value"),
        (
            "species:\n",
            "species:\n  - {zh: 杉, en: x, names: [], R: {value: 0, known: S, source: t1}}\n",
            "twice",
        ),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(TableError) as refused:
        biomass_in(GOOD.replace(old, new).encode(), "t.yaml")
    assert said in str(refused.value)
    assert re.match(r"t\.yaml:\d+: ", str(refused.value))


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError):
        biomass_in(b"sources: [", "t.yaml")
    with pytest.raises(TableError, match="cannot be read"):
        load_biomass(tmp_path / "none.yaml")


def test_every_shipped_value_lies_within_its_bounds() -> None:
    for species in shipped_biomass().species:
        for key, value in species.values.items():
            low, high = BOUNDS[key]
            assert low <= value.value <= high
            assert value.source
