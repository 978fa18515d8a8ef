"""The policy base as static pages: both languages, no script, no server, the data beside them."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from openccer.policy.compare import compare_jurisdictions, facts_of, jurisdictions
from openccer.policy.document import DocumentError
from openccer.policy.load import Base
from openccer.policy.model import LANGUAGES, PILLARS, Claim, PolicyRecord, Rank
from openccer.policy.score import PREFIX, Dimension, score
from openccer.policy.timeline import Graph, Relation, graph, timeline, title_of
from openccer.reports.html import TEMPLATES
from openccer.reports.messages import Clause
from openccer.reports.policy_data import record_data
from openccer.reports.policy_graph import graph_svg
from openccer.reports.policy_prose import begins, blocks
from openccer.reports.policy_svg import in_language
from openccer.reports.policy_timeline import timeline_svg, unplaced
from openccer.reports.policy_words import said

MARKER = ".openccer-pages.json"  # in a folder of ours: the names of the files it was given
BESIDE_TEXT = 540  # pixels of a time line that stands in a page of text
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a table."""

    id: str
    title: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one rank."""

    id: str
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """What every page is made from."""

    base: Base
    rubric: Sequence[Dimension]
    known: frozenset[str]  # instruments a claim may point to
    graph: Graph


def publish(
    base: Base, folder: Path, rubric: Sequence[Dimension], instruments: frozenset[str]
) -> list[str]:
    """Write the pages and return their names. DocumentError for a folder that is not ours."""
    before = _former(folder)
    made = pages(base, rubric, instruments)
    folder.mkdir(parents=True, exist_ok=True)
    # The marker first: a folder that was left half written is still known as ours.
    marker = json.dumps(sorted({*before, *made}), indent=1) + "\n"
    (folder / MARKER).write_text(marker, encoding="utf-8")
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in before - made.keys():
        (folder / name).unlink(missing_ok=True)
    (folder / MARKER).write_text(json.dumps(sorted(made), indent=1) + "\n", encoding="utf-8")
    return sorted(made)


def _former(folder: Path) -> set[str]:
    """The files that we wrote there before; DocumentError if others stand there."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return set()
    marker = folder / MARKER
    if not marker.is_file():
        raise DocumentError(f"{folder}: holds other files; give a new or an empty folder")
    try:
        names = json.loads(marker.read_bytes())
    except ValueError as error:
        raise DocumentError(f"{marker}: is damaged; give a new or an empty folder") from error
    places = [(folder / str(name)).resolve() for name in names]
    if not all(place.is_relative_to(folder.resolve()) for place in places):
        raise DocumentError(f"{marker}: names files outside the folder; give a new folder")
    return {str(name) for name in names}


def pages(base: Base, rubric: Sequence[Dimension], instruments: frozenset[str]) -> dict[str, str]:
    """Every file by its name, as text. The same base gives the same files."""
    _names_fit(base.ids())
    own = {record.id for record in base.records.values() if record.instrument}
    site = Site(base, rubric, instruments | own, graph(base))
    made = {"index.html": _templates().get_template("policy_home.html").render()}
    for language in LANGUAGES:
        made[f"{language}/index.html"] = _index(site, language)
        made[f"{language}/timeline.html"] = _timeline(site, language)
        made[f"{language}/graph.html"] = _graph(site, language)
        made[f"{language}/countries.html"] = _countries(site, language)
        for key in base.ids():
            made[f"{language}/record/{key}.html"] = _record(site, key, language)
    for key in base.ids():
        made[f"records/{key}.json"] = _json(record_data(base, key))
    made["index.json"] = _json(_list(base))
    schema = files("openccer").joinpath("policy", "record.schema.json")
    made["record.schema.json"] = schema.read_text(encoding="utf-8")
    made["llms.txt"] = _for_machines(base)
    return made


def _names_fit(ids: Sequence[str]) -> None:
    for key in ids:
        if not _NAME.fullmatch(key):
            raise DocumentError(f"{key[:80]!r} cannot be the name of a file; change the id")
    if len({key.casefold() for key in ids}) < len(ids):
        raise DocumentError("two ids differ only in capital letters; change one of them")


# --- pages --------------------------------------------------------------------------------------


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _page(template: str, language: str, name: str, **given: Any) -> str:
    """A page at `<language>/<name>`, with its way to the other language and to the root."""
    root = "../" * (name.count("/") + 1)
    other = "en" if language == "zh" else "zh"
    return (
        _templates()
        .get_template(template)
        .render(
            language=language,
            root=root,
            other=f"{root}{other}/{name}",
            w=lambda table, word: said(table, word, language),
            l=lambda title: in_language(title, language),
            **{"broad": False, **given},
        )
    )


def _row(record: PolicyRecord) -> Row:
    return Row(record.id, record.title or record.id, facts_of(record))


def _rows(base: Base, language: str) -> list[Row]:
    return [_row(record) for key in base.ids() if (record := base.record(key, language))]


def _index(site: Site, language: str) -> str:
    rows = _rows(site.base, language)
    newest = sorted(rows, key=lambda row: row.facts["published"] or row.facts["year"], reverse=True)
    ranks = [*(rank.value for rank in Rank), ""]
    groups = (
        Group(
            f"rank-{rank or 'none'}",
            said("ranks", rank or "none", language),
            tuple(row for row in newest if row.facts["rank"] == rank),
        )
        for rank in ranks
    )
    years = {node: _year(site.base, node) for node in site.base.ids()}
    by_year = [
        (year, [row for row in rows if years[row.id] == year])
        for year in sorted(set(years.values()), reverse=True)
    ]
    return _page(
        "policy_index.html",
        language,
        "index.html",
        title=said("pages", "base", language),
        count=len(rows),
        by_rank=[group for group in groups if group.rows],
        by_year=by_year,
    )


def _year(base: Base, key: str) -> int:
    return next((record.year for record in base.pair(key) if record.year is not None), 0)


def _timeline(site: Site, language: str) -> str:
    lines = timeline(site.base)
    picture = timeline_svg(lines, language, link=_to_record, alone=False)
    return _picture("timeline", language, picture, undated=unplaced(lines), alone=())


def _graph(site: Site, language: str) -> str:
    picture = graph_svg(site.graph, language, link=_to_record, alone=False)
    return _picture("graph", language, picture, undated=(), alone=site.graph.alone)


def _to_record(key: str) -> str:
    return f"record/{key}.html"


def _picture(name: str, language: str, picture: str, **given: Any) -> str:
    return _page(
        "policy_picture.html",
        language,
        f"{name}.html",
        title=said("pages", name, language),
        picture=Markup(picture),
        broad=True,
        **given,
    )


def _countries(site: Site, language: str) -> str:
    names = jurisdictions(site.base, language)
    rows = []
    for key, name in names.items():
        found = compare_jurisdictions(site.base, [key], language)
        cells = {row.field: row.cells[0] for row in found.rows}
        pillars = [cells.get(pillar, "") for pillar in PILLARS]
        rows.append({"name": name, "count": cells["records"], "cells": pillars})
    return _page(
        "policy_countries.html",
        language,
        "countries.html",
        title=said("pages", "countries", language),
        pillars=PILLARS,
        rows=rows,
        broad=True,
    )


# --- one record ---------------------------------------------------------------------------------


def _record(site: Site, key: str, language: str) -> str:
    base, record = site.base, site.base.record(key, language)
    assert record is not None, "ids are of records"
    relations = _relations(site, key, language)
    near = [key, *(other for _, other, _, here in relations if here)]
    lines = timeline(base, list(dict.fromkeys(near)))
    picture = timeline_svg(lines, language, link=_beside, alone=False, plot=BESIDE_TEXT)
    return _page(
        "policy_record.html",
        language,
        f"record/{key}.html",
        title=record.title or key,
        record=record,
        facts=facts_of(record),
        description=() if begins(record.body, record.description) else blocks(record.description),
        interpretation=blocks(record.interpretation),
        body=blocks(record.body),
        relations=relations,
        timeline=Markup(picture),
        scores=score(base.pair(key), site.rubric, site.known),
        claims=[claim for claim in record.claims if not claim.field.startswith(PREFIX)],
        cited=_citing(site, language),
        pillars={name: text for name, text in record.regulatory.items() if text},
        impact={name: text for name, text in record.impact.items() if text},
        facilities=_facilities(base, key, language),
    )


def _beside(key: str) -> str:
    return f"{key}.html"


def _relations(site: Site, key: str, language: str) -> list[tuple[str, str, str, bool]]:
    """What the record did to others and others to it: relation, id, title, is it here."""
    ids = set(site.base.ids())

    def told(relation: str, other: str) -> tuple[str, str, str, bool]:
        return relation, other, in_language(title_of(site.base, other), language), other in ids

    found = [
        told(edge.relation.value, edge.target) for edge in site.graph.edges if edge.source == key
    ]
    found += [
        told(_PASSIVE[edge.relation], edge.source)
        for edge in site.graph.edges
        if edge.target == key
    ]
    return found


_PASSIVE = {
    Relation.SUPERSEDES: "superseded-by",
    Relation.FOLLOWS: "followed-by",
    Relation.AMENDS: "amended-by",
}


def _citing(site: Site, language: str) -> Callable[[Claim], Markup]:
    """A clause with a link to the record of its instrument, if it is here."""

    def cited(claim: Claim) -> Markup:
        record = site.base.record(claim.record, language)
        title = record.title if record else claim.record
        at = Clause(record=claim.record, locator=claim.locator, title_zh=title, title_en=title)
        place = at.locator if language == "zh" else at.locator_en
        if record is None:
            return Markup("{} {}").format(title, place)
        link = Markup('<a href="{}">{}</a> {}')
        return link.format(_beside(claim.record), title, place)

    return cited


def _facilities(base: Base, key: str, language: str) -> list[str]:
    linked = [link.id for record in base.pair(key) for link in record.facilities]
    linked += [
        one.id for one in base.facilities.values() if any(link.id == key for link in one.policies)
    ]
    return [_name(base, one, language) for one in dict.fromkeys(linked)]


def _name(base: Base, key: str, language: str) -> str:
    found = base.facilities.get(key)
    return found.names.get(language, key) if found else key


# --- data ---------------------------------------------------------------------------------------


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _list(base: Base) -> dict[str, Any]:
    """Every record with what is needed to choose one, and where its data is."""
    return {
        "schema": "record.schema.json",
        "languages": list(LANGUAGES),
        "records": [_entry(base, key) for key in base.ids()],
        "countries": len(base.countries),
        "facilities": len(base.facilities),
    }


def _entry(base: Base, key: str) -> dict[str, Any]:
    title = title_of(base, key)
    record = base.pair(key)[0]
    facts = facts_of(record)
    wanted = ("rank", "number", "published", "in_force_from", "in_force_to", "review_status")
    return {
        "id": key,
        "title": {"zh": title.zh, "en": title.en},
        "year": record.year,
        "country": jurisdictions_of(base.pair(key)),
        **{name: facts[name] for name in wanted},
        "data": f"records/{key}.json",
    }


def jurisdictions_of(pair: Iterable[PolicyRecord]) -> dict[str, str]:
    """The jurisdiction as each language names it."""
    return {record.language or "und": record.country for record in pair}


def _for_machines(base: Base) -> str:
    """llms.txt: what this is, and every record with its data."""
    lines = [
        "# Policy base 政策库",
        "",
        "> Policy records in Chinese and English: the legal facts of an instrument, and the clause",
        "> that each claim rests on. 政策记录：法律事实，及每项断言所依据的条款。",
        "",
        "A record explains; the text as officially published decides. A score given by a person is",
        "no legal force. Data: [index.json](index.json), [schema](record.schema.json).",
        "",
        "## Records",
        "",
    ]
    for key in base.ids():
        title = title_of(base, key)
        english, chinese = (" ".join(text.split()) for text in (title.en, title.zh))
        lines.append(f"- [{_unlinked(english)}](records/{key}.json): {chinese}")
    return "\n".join(lines) + "\n"


def _unlinked(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")
