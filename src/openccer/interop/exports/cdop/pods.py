"""A registry as documents of the protocol: a field is filled from a record, the profile, or not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from openccer.interop.exports.mapping import CDOP, about, mapping, word
from openccer.interop.exports.names import digest_uri, published, serial_id, version_of
from openccer.interop.exports.plain import plain_block, unit_status
from openccer.interop.exports.profile import Profile
from openccer.interop.exports.source import Segment, Source
from openccer.ledger.records import Instrument
from openccer.registry.records import Project, Reduction


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """One document under a key of ours; `unmapped` has our values that they have no word for."""

    pod: str
    key: str
    body: dict[str, Any]
    unmapped: dict[str, str] = field(default_factory=dict)


def pods(source: Source, profile: Profile) -> Iterator[Pod]:
    """Every document there is, projects first."""
    projects: list[Project] = source.all(Project)
    yield from (_approach(source, profile, one) for one in projects)
    yield from chain.from_iterable(_location(profile, one) for one in projects)
    yield from chain.from_iterable(_crediting(source, one) for one in projects)
    yield from chain.from_iterable(_issuances(source, one) for one in projects)
    yield from (_unit(source, segment) for segment in source.segments)


def filled(**values: Any) -> dict[str, Any]:
    """The values that there are."""
    return {name: value for name, value in values.items() if value is not None}


def _approach(source: Source, profile: Profile, project: Project) -> Pod:
    code, known = project.methodology, published(project.methodology)
    unit_class = source.class_of(project)
    program = word("unit_classes", unit_class, CDOP)
    status = word("project_states", project.state, CDOP)
    body = filled(
        crediting_program=program
        and {"crediting_program": [{"crediting_program_name": program, "is_current": True}]},
        methodology={"versions": [_methodology(code)]},
        project=filled(
            project_name=project.name,
            project_id_type="current registry project id",
            project_id=project.id,
            project_description=f"{known.title.en} ({code})" if known else code,
            project_design_document_link=digest_uri(project.design_digest),
            mitigation=[_mitigation(code)],
            current_registry_project_link=profile.link(project.id),
            status=[filled(project_status=status, is_current=True)],
            project_registration_date=_day(project.registered_on),
            project_list_date=_day(project.publicity.first),
        ),
        project_stakeholder={
            "project_developer_name": source.name_of(project.owner),
            "stakeholders": [
                {
                    "project_stakeholder_type": "Project owner",
                    "project_stakeholder_name": source.name_of(project.owner),
                }
            ],
        },
        registry=_registry(profile),
        validation=_validation(source, project),
    )
    missing = {} if program else {"crediting_program": unit_class.value}
    if status is None:
        missing["project/status"] = project.state.value
    if code not in mapping()["methodologies"]:
        missing["methodology/versions"] = code
    return Pod(pod="Project_Approach_Details", key=project.id, body=body, unmapped=missing)


def _methodology(code: str) -> dict[str, Any]:
    return filled(
        methodology=word("methodologies", code, CDOP) or code,
        version=version_of(code),
        is_current=True,
    )


def _mitigation(code: str) -> dict[str, Any]:
    return filled(
        mitigation_type=word("methodologies", code, "kind"),
        project_sector=word("methodologies", code, "isic"),
        project_type=word("methodologies", code, "cdop_type"),
    )


def _registry(profile: Profile) -> dict[str, str] | None:
    """Their list has the official registry alone: named only when the profile states that name."""
    if profile.registry != about("registry"):
        return None
    return {"origin_registry": profile.registry, "current_registry": profile.registry}


def _validation(source: Source, project: Project) -> dict[str, Any] | None:
    opinion = source.validation(project)
    if opinion is None:
        return None
    return {
        "validation_body_name": source.body(project.validator),
        "validation_date": opinion.on.isoformat(),
    }


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def _location(profile: Profile, project: Project) -> Iterator[Pod]:
    """Where the profile states a province: every part of a place is required there."""
    province = profile.province(project.id)
    if province is None:
        return
    place = {
        "country_code": about("country_code"),
        "country_name": about("country"),
        "geographical_region_code": about("region_code"),
        "geographical_region_name": about("region"),
        "country_subdivision_code": province.code,
        "country_subdivision_name": province.name,
    }
    body = {"project": {"location": [place]}, "project_stakeholder": {}, "geolocation_file": {}}
    yield Pod(pod="Location_Details", key=project.id, body=body)


def _crediting(source: Source, project: Project) -> Iterator[Pod]:
    """The crediting period under the validation it was validated with: the first and only one."""
    opinion = source.validation(project)
    if opinion is None:
        return
    period = {
        "validation_id": opinion.seq,
        "current_crediting_period_start_date": project.crediting.first.isoformat(),
        "current_crediting_period_end_date": project.crediting.last.isoformat(),
        "current_crediting_period_number": 1,
    }
    body = {"validation": {"validation": [period]}}
    yield Pod(pod="Crediting_Period", key=project.id, body=body)


def _issuances(source: Source, project: Project) -> Iterator[Pod]:
    """Issued batches in the order of their day, with the running total; then what waits."""
    found, total = [], 0
    batches = [batch for unit, batch in source.batches() if unit.project == project.id]
    for batch in sorted(batches, key=lambda one: (one.issued_on, one.id)):
        total += batch.tonnes
        found.append(
            _issuance(source, source.get(Reduction, batch.reduction))
            | {
                "batch_identifier": batch.id,
                "date_of_issuance": batch.issued_on.isoformat(),
                "batch_issued_volume": batch.tonnes,
                "cumulative_issued_volume": total,
            }
        )
    issued = {batch.reduction for batch in batches}
    waiting = [r for r in source.all(Reduction) if r.project == project.id and r.id not in issued]
    found += [
        _issuance(source, one)
        for one in waiting
        if word("reduction_states", one.state, CDOP) is not None
    ]
    if found:
        body = {"project": {"project_identifier": project.id}, "issuance": {"issuance": found}}
        yield Pod(pod="Issuances", key=project.id, body=body)


def _issuance(source: Source, reduction: Reduction) -> dict[str, Any]:
    opinion = source.verified.get(reduction.id)
    return filled(
        date_of_verification=_day(opinion.on) if opinion else None,
        verification_period_start=reduction.period.first.isoformat(),
        verification_period_end=reduction.period.last.isoformat(),
        issuance_status=word("reduction_states", reduction.state, CDOP),
    )


def _unit(source: Source, segment: Segment) -> Pod:
    block, plain = segment.block, plain_block(source, segment)
    unit: Instrument = source.get(Instrument, block.batch.instrument)
    status = unit_status(source, segment, CDOP)
    known = word("unit_classes", unit.unit_class, CDOP)
    retired = filled(retirement_beneficiary=plain.beneficiary, retirement_detail=plain.certificate)
    body = {
        "project": {"current_registry_project_id": unit.project},
        "unit": filled(
            descriptor=[{"metric": "tCO2e", "type": unit.unit_class.upper()}],
            owner_account_id=plain.holder,
            retirement=[retired] if retired else None,
            reference=[{"serial_number": serial_id(block), "source_serial_number": block.batch}],
            status=[filled(status=status, status_reason=plain.why, is_current=True)],
            credit_block=[
                {"block_start": block.first, "block_end": block.last, "quantity": block.tonnes}
            ],
        ),
        "vintage": {"vintage": f"{unit.year:04d}-01-01"},
    }
    missing = {} if known else {"unit/descriptor": unit.unit_class.value}
    if status is None:
        missing["unit/status"] = segment.last.move.why
    return Pod(pod="Unit_Description", key=serial_id(block), body=body, unmapped=missing)
