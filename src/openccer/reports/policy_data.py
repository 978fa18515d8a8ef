"""A policy record, a comparison, a score as data for programs: the form of every --json."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from openccer.kernel import canonical
from openccer.policy.compare import Comparison
from openccer.policy.load import Base
from openccer.policy.model import PolicyRecord
from openccer.policy.score import Answer, Score
from openccer.policy.timeline import Event, Graph, Line


def record_data(base: Base, key: str) -> dict[str, Any]:
    """A record with each of its languages as its file says it, and whoever may check it needs."""
    pair = base.pair(key)
    return {
        "id": key,
        "languages": {record.language or "und": front_data(record) for record in pair},
        "facilities": sorted(
            {link.id for record in pair for link in record.facilities}
            | {
                one.id
                for one in base.facilities.values()
                if any(link.id == key for link in one.policies)
            }
        ),
    }


def front_data(record: PolicyRecord) -> dict[str, Any]:
    """Everything the file says, and its body under `body`."""
    said: Mapping[str, Any] = record.front
    plain: dict[str, Any] = json.loads(json.dumps(said, ensure_ascii=False, default=str))
    return {**plain, "body": record.body}


def comparison_data(found: Comparison) -> dict[str, Any]:
    """The columns, and each row with its cells and whether each is other than the first."""
    return {
        "columns": [
            {"id": key, "title": title} for key, title in zip(found.ids, found.titles, strict=True)
        ],
        "rows": [
            {"group": row.group, "field": row.field, "cells": row.cells, "other": row.other}
            for row in found.rows
        ],
    }


def score_data(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """Each dimension: shown of how many, and apart from it what a person gave."""
    return [
        {
            "dimension": one.dimension.id,
            "shown": one.yes,
            "of": one.of,
            "score": f"{one.yes}/{one.of}",
            "score_given_by_a_person": {"score": one.given, "label": one.label},
            "criteria": [_answer(answer) for answer in one.answers],
        }
        for one in scores
    ]


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.criterion.id,
        "question": canonical.plain(answer.criterion.question),
        "answer": "yes" if answer.shown else "not shown",
        "clauses": [{"record": one.record, "locator": one.locator} for one in answer.clauses],
        "points_nowhere": [
            {"record": one.record, "locator": one.locator} for one in answer.unknown
        ],
    }


def timeline_data(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Each record with its events in order."""
    return [
        {
            "id": line.id,
            "title": canonical.plain(line.title),
            "events": [_event(event) for event in line.events],
            "undated": [_event(event) for event in line.undated],
        }
        for line in lines
    ]


def _event(event: Event) -> dict[str, Any]:
    return {"on": event.on, "kind": event.kind.value, "text": canonical.plain(event.text)}


def graph_data(found: Graph) -> dict[str, Any]:
    """Nodes, edges, and the records that are related to none."""
    return {
        "nodes": [
            {
                "id": node.id,
                "title": canonical.plain(node.title),
                "year": node.year,
                "clusters": canonical.plain(node.clusters),
                "in_base": node.here,
            }
            for node in found.nodes
        ],
        "edges": [
            {"source": one.source, "relation": one.relation.value, "target": one.target}
            for one in found.edges
        ],
        "alone": found.alone,
    }
