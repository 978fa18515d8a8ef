"""A registry as request bodies of the data model, table by table in insert order.

A field is filled from a record, from the profile, or not at all. Where they have no word for ours,
the row says so in `unmapped` and is withheld.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from openccer.interop.exports.cadtrust.check import Row
from openccer.interop.exports.mapping import CADTRUST, about, mapping, word
from openccer.interop.exports.names import digest_uri, published, serial_id, version_of
from openccer.interop.exports.plain import plain_block, status_day, unit_status
from openccer.interop.exports.profile import Profile
from openccer.interop.exports.source import Segment, Source
from openccer.ledger.records import Instrument, UnitClass
from openccer.registry.records import Project, Reduction

STATE = "project_states"


@dataclass(frozen=True, slots=True)
class Told:
    """A row, and the values of ours that their lists have no word for, by field."""

    row: Row
    unmapped: dict[str, str]


def rows(source: Source, profile: Profile) -> Iterator[Told]:
    """Every row there is, in insert order of tables."""
    projects: list[Project] = source.all(Project)
    classes = {project.id: source.class_of(project) for project in projects}
    units = sorted(set(classes.values()))
    codes = sorted({project.methodology for project in projects})
    yield from (_program(source, profile, unit_class) for unit_class in units)
    yield from map(_methodology, codes)
    yield from (_stakeholder(source, one) for one in projects)
    yield from (_project(source, profile, one, classes[one.id]) for one in projects)
    yield from map(_project_methodology, projects)
    yield from chain.from_iterable(_validation(source, profile, one) for one in projects)
    yield from chain.from_iterable(
        _verification(source, profile, one) for one in source.all(Reduction)
    )
    yield from (_location(profile, one) for one in projects)
    yield from (_issuance(unit, batch) for unit, batch in source.batches())
    yield from (_unit(source, segment) for segment in source.segments)


def told(
    table: str,
    key: str,
    body: dict[str, Any],
    unmapped: dict[str, str | None] | None = None,
    **references: str,
) -> Told:
    """A row without the fields that have no value; `unmapped` has our value for some of them."""
    filled = {name: value for name, value in body.items() if value is not None}
    open_ = {
        name: value
        for name, value in (unmapped or {}).items()
        if value is not None and name not in filled
    }
    return Told(Row(table=table, key=key, body=filled, references=references), open_)


def _program(source: Source, profile: Profile, unit_class: UnitClass) -> Told:
    body = {
        "programName": word("unit_classes", unit_class, CADTRUST),
        "programRegistry": registry_name(source, profile),
        "programRegistryId": about("program_id") if unit_class is UnitClass.CCER else unit_class,
    }
    return told("program", unit_class, body, {"programName": unit_class})


def registry_name(source: Source, profile: Profile) -> str:
    """The registry as the profile states it, else as its log was opened."""
    assert source.operator is not None, "a log begins with its operator"
    return profile.registry or source.operator.name_en


def _methodology(code: str) -> Told:
    known = published(code)
    body = {
        "methodologyCode": code,
        "methodologyName": known.title.en if known else code,
        "methodologyType": word("methodologies", code, "kind"),
        "methodologyVersion": version_of(code),
        "methodologyDate": known.issued.isoformat() if known else None,
    }
    return told("methodology", code, body)


def _stakeholder(source: Source, project: Project) -> Told:
    body = {"stakeholderName": source.name_of(project.owner), "stakeholderType": "Owner"}
    return told("stakeholder", f"{project.id}/owner", body, cadTrustProjectId=project.id)


def _project(source: Source, profile: Profile, project: Project, unit_class: UnitClass) -> Told:
    sector = word("methodologies", project.methodology, "sector")
    kind = word("methodologies", project.methodology, "type")
    known = published(project.methodology)
    since = status_day(source, project, lambda state: word(STATE, state, CADTRUST))
    body = {
        "projectRegistryName": registry_name(source, profile),
        "projectId": project.id,
        "projectCreditingProgram": word("unit_classes", unit_class, CADTRUST),
        "projectName": project.name,
        # Their link is required: without a page, the design document by its digest.
        "projectLink": profile.link(project.id) or digest_uri(project.design_digest),
        "projectSector": None if sector is None else [sector],
        "projectType": None if kind is None else [kind],
        "projectSubtype": known.title.en if known else None,
        "projectStatus": word(STATE, project.state, CADTRUST),
        "projectStatusDate": since.isoformat(),
        "projectUnitMetric": "tCO2e",
    }
    unmapped: dict[str, str | None] = {
        "projectSector": project.methodology,
        "projectType": project.methodology,
        "projectStatus": project.state.value,
        "projectCreditingProgram": unit_class.value,
    }
    return told("project", project.id, body, unmapped, cadTrustProgramId=unit_class)


def _project_methodology(project: Project) -> Told:
    return told(
        "project_methodology",
        project.id,
        {},
        cadTrustProjectId=project.id,
        cadTrustMethodologyId=project.methodology,
    )


def body_name(source: Source, profile: Profile, body: Any) -> str:
    """The body as the profile or mapping.yaml names it in their list, else by its own name."""
    name = source.body(body)
    return profile.bodies.get(name) or str(mapping()["bodies"].get(name, name))


def _validation(source: Source, profile: Profile, project: Project) -> Iterator[Told]:
    opinion = source.validation(project)
    if opinion is None:
        return
    body = {
        "validationId": f"{project.id}/validation",
        "validationType": "Validation of Project Design Document",
        "validationBody": body_name(source, profile, project.validator),
        "validationDate": opinion.on.isoformat(),
        "validationCreditPeriodStartDate": project.crediting.first.isoformat(),
        "validationCreditPeriodEndDate": project.crediting.last.isoformat(),
    }
    yield told("validation", f"{project.id}/validation", body, cadTrustProjectId=project.id)


def _verification(source: Source, profile: Profile, reduction: Reduction) -> Iterator[Told]:
    if word("reduction_states", reduction.state, CADTRUST) is None:
        return
    body = {
        "verificationId": reduction.id,
        "verificationStartDate": reduction.period.first.isoformat(),
        "verificationEndDate": reduction.period.last.isoformat(),
        "verificationBody": body_name(source, profile, reduction.verifier),
    }
    yield told(
        "verification",
        reduction.id,
        body,
        cadTrustProjectId=reduction.project,
        cadTrustValidationId=f"{reduction.project}/validation",
    )


def _location(profile: Profile, project: Project) -> Told:
    province = profile.province(project.id)
    body = {
        "locationCountry": about("country"),
        "locationRegion": province.name if province else None,
    }
    return told("location", project.id, body, cadTrustProjectId=project.id)


def _issuance(unit: Instrument, batch: Any) -> Told:
    body = {"issuanceId": batch.id, "issuanceDate": batch.issued_on.isoformat()}
    return told(
        "issuance",
        batch.id,
        body,
        cadTrustVerificationId=batch.reduction,
        cadTrustProjectMethodologyId=unit.project,
        cadTrustLocationId=unit.project,
    )


def _unit(source: Source, segment: Segment) -> Told:
    block, plain = segment.block, plain_block(source, segment)
    unit: Instrument = source.get(Instrument, block.batch.instrument)
    project: Project = source.get(Project, unit.project)
    known = word("unit_classes", unit.unit_class, CADTRUST) is not None
    kind = word("methodologies", project.methodology, "kind")
    body = {
        "unitSerialId": serial_id(block),
        "unitStartBlock": f"{block.first:09d}",
        "unitEndBlock": f"{block.last:09d}",
        "unitType": kind if known else None,
        "unitVintageYear": unit.year,
        "unitStatus": unit_status(source, segment, CADTRUST),
        "unitStatusReason": plain.why,
        "unitStatusDate": segment.last.day.isoformat(),
        "unitRetirementDetail": plain.certificate,
        "unitRetirementBeneficiary": plain.beneficiary,
        "unitMetric": "tCO2e",
        "unitCurrentOwner": plain.holder,
    }
    unmapped: dict[str, str | None] = {
        "unitType": project.methodology if known else unit.unit_class.value,
        "unitStatus": segment.last.move.why,
    }
    made = told("unit", serial_id(block), body, unmapped, cadTrustIssuanceId=block.batch)
    return Told(replace(made.row, expected={"unitCount": block.tonnes}), made.unmapped)
