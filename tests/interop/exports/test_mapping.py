"""Every word of ours has its place in the mapping, and every word of theirs is one of theirs."""

from dataclasses import fields
from itertools import chain
from typing import Any

import pytest

from openccer.app.acts import EVENTS
from openccer.interop.exports import plain
from openccer.interop.exports.cadtrust.model import model
from openccer.interop.exports.cdop.schemas import schema
from openccer.interop.exports.mapping import CADTRUST, CDOP, carried, lost, mapping
from openccer.ledger.blocks import KEPT, Bucket
from openccer.ledger.records import UnitClass
from openccer.mrv.catalogue import PUBLISHED
from openccer.registry.records import ProjectState, ReductionState

PICKS = model().picklists
RECORDS = {
    "projects": plain.PlainProject,
    "reductions": plain.PlainReduction,
    "batches": plain.PlainBatch,
    "blocks": plain.PlainBlock,
}


@pytest.mark.parametrize(
    ("table", "members"),
    [
        ("project_states", ProjectState),
        ("reduction_states", ReductionState),
        ("buckets", Bucket),
        ("unit_classes", UnitClass),
        ("article_6_2", UnitClass),
    ],
)
def test_every_word_of_ours_is_mapped(table, members) -> None:
    assert {member.value for member in members} <= set(mapping()[table])


def test_every_methodology_that_was_published_is_mapped() -> None:
    assert {one.code for one in PUBLISHED} == set(mapping()["methodologies"])


def test_every_event_with_a_certificate_is_mapped() -> None:
    certified = {
        tag.partition("/")[0]
        for tag, event in EVENTS.items()
        if {"certificate", "blocks"} <= {one.name for one in fields(event)}
    }
    assert certified <= set(mapping()["cancelling_events"])


def test_every_place_of_a_holding_has_words_that_lead_back_to_it() -> None:
    for bucket in KEPT:
        why = mapping()["buckets"][bucket].get("reason")
        if bucket is not Bucket.CANCELLED:
            assert plain.bucket_of(why, cancelled=False) == bucket


def values(table: str, name: str) -> set[str]:
    return {words[name] for words in mapping()[table].values() if name in words}


@pytest.mark.parametrize(
    ("table", "name", "picklist"),
    [
        ("project_states", CADTRUST, "projectStatus"),
        ("buckets", CADTRUST, "unitStatus"),
        ("cancelling_events", CADTRUST, "unitStatus"),
        ("methodologies", "kind", "unitType"),
        ("methodologies", "sector", "projectSector"),
        ("methodologies", "type", "projectType"),
    ],
)
def test_every_word_for_cad_trust_is_in_its_picklist(table, name, picklist) -> None:
    assert values(table, name) <= PICKS[picklist]


def test_every_body_is_mapped_to_a_name_of_the_picklist() -> None:
    assert set(mapping()["bodies"].values()) <= PICKS["body"]


def enum_at(pod: str, *path: str) -> set[str]:
    part: Any = schema(pod)
    for name in path:
        part = part["items"] if name == "*" else part["properties"][name]
    return set(part["enum"])


APPROACH, MITIGATION = "Project_Approach_Details", ("project", "mitigation", "*")


@pytest.mark.parametrize(
    ("table", "name", "pod", "path"),
    [
        ("project_states", CDOP, APPROACH, ("project", "status", "*", "project_status")),
        ("methodologies", CDOP, APPROACH, ("methodology", "versions", "*", "methodology")),
        ("methodologies", "isic", APPROACH, (*MITIGATION, "project_sector")),
        ("methodologies", "cdop_type", APPROACH, (*MITIGATION, "project_type")),
        ("methodologies", "kind", APPROACH, (*MITIGATION, "mitigation_type")),
        ("reduction_states", CDOP, "Issuances", ("issuance", "issuance", "*", "issuance_status")),
        ("buckets", CDOP, "Unit_Description", ("unit", "status", "*", "status")),
        ("cancelling_events", CDOP, "Unit_Description", ("unit", "status", "*", "status")),
        (
            "unit_classes",
            CDOP,
            APPROACH,
            ("crediting_program", "crediting_program", "*", "crediting_program_name"),
        ),
    ],
)
def test_every_word_for_cdop_is_in_its_schema(table, name, pod, path) -> None:
    assert values(table, name) <= enum_at(pod, *path)


@pytest.mark.parametrize("form", [CADTRUST, CDOP])
def test_every_field_of_a_plain_record_is_carried_or_its_loss_has_a_reason(form) -> None:
    for record, kind in RECORDS.items():
        named = list(chain(carried(form)[record], lost(form).get(record, ())))
        assert sorted(named) == sorted(one.name for one in fields(kind)), (form, record)


def test_the_picklists_are_as_long_as_the_published_ones() -> None:
    # Counts of the data dictionary of 2026-06-30: 20 sectors, 28 types, 58 bodies.
    lengths = {name: len(found) for name, found in PICKS.items()}
    assert (lengths["projectSector"], lengths["projectType"], lengths["body"]) == (20, 28, 58)
    assert (lengths["projectStatus"], lengths["unitStatus"], lengths["unitMetric"]) == (9, 8, 3)
    assert (lengths["unitType"], lengths["validationType"]) == (7, 3)
