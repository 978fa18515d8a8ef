"""Small books for tests of the rulebook: rules of any history, with nothing else to them."""

from datetime import date, timedelta

from hypothesis import strategies as st

from openccer.kernel.outcome import Citation
from openccer.rulebook.model import Basis, Rule, Rulebook, Title, Value, Version

FIRST = date(2020, 1, 1)


def version(
    since: date,
    value: Value | None = "1",
    published: date | None = None,
    article: str = "第十条",
    basis: Basis = Basis.LAW,
) -> Version:
    return Version(
        since=since,
        published=published,
        value=value,
        basis=basis,
        cites=(Citation("measures", article),),
        note="",
        reviewed_on=FIRST,
        reviewed_by="x",
    )


def rule(id: str, *versions: Version, zh: str = "", unit: str = "x") -> Rule:
    return Rule(id=id, title=Title(zh or id, id), unit=unit, versions=versions)


def book(*rules: Rule) -> Rulebook:
    return Rulebook("test", "0" * 64, {found.id: found for found in rules})


days = st.integers(0, 2_000).map(lambda number: FIRST + timedelta(days=number))


@st.composite
def rules(draw: st.DrawFn, id: str) -> Rule:
    """A rule of one to four versions, oldest first; each published on any day, or unknown."""
    begins = sorted(draw(st.sets(days, min_size=1, max_size=4)))
    values = st.one_of(st.none(), st.sampled_from(["1", "2"]))
    return rule(id, *(version(day, draw(values), draw(st.none() | days)) for day in begins))


@st.composite
def books(draw: st.DrawFn) -> Rulebook:
    return book(*(draw(rules(id)) for id in ("a.a", "a.b", "b.a")))
