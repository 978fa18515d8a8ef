"""Our own register in the fields of the official one: what we keep, under its official name.

A field that this register does not keep is named in `_not_kept` of every record, never left blank
as if it were empty.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openccer.interop.register.checks_codes import OWN
from openccer.interop.register.read import NOT_KEPT
from openccer.interop.register.tables import categories, official_fields, official_state, words
from openccer.kernel.quantity import Tonnes
from openccer.registry.records import Body, Project, ProjectState, Reduction, ReductionState
from openccer.rulebook.model import Rulebook
from openccer.store.sqlite import SqliteStore

KEPT = (
    *("_category_code", "_category_name", "projectName", "projectCode", "applyStatusName"),
    *("applyStatus", "cancelFlagName", "issueStatus", "applyId", "methodologyNum"),
    *("methodologyName", "orgCustomerName", "approvalAuthority", "approvalAuthorityName"),
    *("verificationAgency", "verificationAgencyName", "commencementDate", "registrationTime"),
    *("publicStartDate", "publicEndDate", "firstReckonDate", "endReckonDate"),
    *("orgUploadDateTime", "projectRegDateTime", "regAppStartDate", "regAppEndDate"),
    *("generateDate", "certificationPeriodNo", "certifiedNum", "regAppDetail", "recordNum"),
    *("issuedVol", "issuingVol", "noIssuedVol", "_source"),
)
Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Our register on a day: a row a project, then a row a reduction."""

    on: date
    rows: tuple[Row, ...]

    @property
    def not_kept(self) -> tuple[str, ...]:
        """The official fields that this register does not keep."""
        return tuple(name for name in official_fields() if name not in KEPT)

    def as_json(self) -> str:
        """The records with the fields that are not kept."""
        document = {"on": self.on.isoformat(), "not_kept": self.not_kept, "records": self._rows()}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def as_csv(self) -> str:
        """The records as a table with the official names."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, [*KEPT, NOT_KEPT], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self._rows())
        return text.getvalue()

    def _rows(self) -> list[Row]:
        return [row | {NOT_KEPT: ";".join(self.not_kept)} for row in self.rows]


def register_of(store: SqliteStore, book: Rulebook, on: date) -> Register:
    """Every project and reduction of the registry's tables, in the order of their ids."""
    records = list(store.everything().values())
    bodies = {one.id: one for one in records if isinstance(one, Body)}
    projects = {one.id: one for one in records if isinstance(one, Project)}
    reductions = [one for one in records if isinstance(one, Reduction)]
    made = [_project(projects[id_], bodies, book, on) for id_ in sorted(projects)]
    for id_ in sorted(projects):
        own = [one for one in reductions if one.project == id_]
        numbered = sorted(own, key=lambda one: (one.period.first, one.id))
        for number, reduction in enumerate(numbered, start=1):
            head = _head(projects[id_], bodies, book)
            made.append(head | _reduction(reduction, projects[id_], bodies, number, on))
    return Register(on=on, rows=tuple({name: row.get(name, "") for name in KEPT} for row in made))


def _head(project: Project, bodies: Mapping[Any, Body], book: Rulebook) -> Row:
    """What the record of a project and those of its reductions both say."""
    registered = project.registered_on is not None
    rule = book.rules.get(f"methodology.name.{project.methodology.lower().replace('-', '_')}")
    return {
        "projectName": project.name,
        "projectCode": project.id if registered else "",
        "methodologyNum": project.methodology,
        "methodologyName": rule.title.zh if rule else "",
        "orgCustomerName": project.owner,
        "approvalAuthority": project.validator,
        "approvalAuthorityName": _name(project.validator, bodies),
        "commencementDate": _day(project.construction_started),
        "registrationTime": _day(project.registered_on),
        "firstReckonDate": _day(project.crediting.first),
        "endReckonDate": _day(project.crediting.last),
        "_source": OWN,
    }


def _project(project: Project, bodies: Mapping[Any, Body], book: Rulebook, on: date) -> Row:
    return _head(project, bodies, book) | {
        **state_fields("project", project.state, project.publicity.last < on),
        "applyId": project.id,
        "publicStartDate": _day(project.publicity.first),
        "publicEndDate": _day(project.publicity.last),
        "orgUploadDateTime": _day(project.validated_on),
        "projectRegDateTime": _day(project.registered_on),
    }


def _reduction(
    reduction: Reduction, project: Project, bodies: Mapping[Any, Body], number: int, on: date
) -> Row:
    by_year = reduction.verified or reduction.by_year
    total = sum(tonnes.count for tonnes in by_year.values())
    return {
        **state_fields("reduction", reduction.state, reduction.publicity.last < on),
        "applyId": reduction.id,
        "verificationAgency": reduction.verifier,
        "verificationAgencyName": _name(reduction.verifier, bodies),
        "publicStartDate": _day(reduction.publicity.first),
        "publicEndDate": _day(reduction.publicity.last),
        "projectRegDateTime": _day(reduction.registered_on),
        "regAppStartDate": _day(reduction.period.first),
        "regAppEndDate": _day(reduction.period.last),
        "generateDate": _day(reduction.period.last),
        "certificationPeriodNo": str(number),
        "certifiedNum": str(total),
        "regAppDetail": _by_year(by_year),
        **_volumes(reduction, total),
    }


def _volumes(reduction: Reduction, total: int) -> Row:
    """What was recorded, and of it what was issued; nothing before it was registered.

    Where the state tells neither registered nor issued, how much was issued is left out.
    """
    if reduction.registered_on is None:
        return {}
    if reduction.state not in (ReductionState.REGISTERED, ReductionState.ISSUED):
        return {"recordNum": str(total)}
    issued = total if reduction.state is ReductionState.ISSUED else 0
    volumes = {"issuedVol": issued, "issuingVol": 0, "noIssuedVol": total - issued}
    return {"recordNum": str(total)} | {name: str(held) for name, held in volumes.items()}


def _by_year(by_year: Mapping[int, Tonnes]) -> str:
    listed = [{"regYear": str(y), "applyVol": str(by_year[y].count)} for y in sorted(by_year)]
    return json.dumps(listed, separators=(",", ":"))


def state_fields(kind: str, state: ProjectState | ReductionState, over: bool) -> Row:
    """The official words for one of our states; publicity that is over stands elsewhere."""
    said = dict(official_state(f"{kind}.{state.value}"))
    if over and said["_category_code"] in ("1", "3"):
        said = _after_publicity(said["_category_code"])
    said["_category_name"] = categories()[said["_category_code"]][0]
    said.setdefault(
        "applyStatusName", "公示中" if said["_category_code"] in ("1", "3") else "已登记"
    )
    pair = next(one for one in words() if one.code == "applyStatus")
    for code, known in pair.known.items():
        if said["applyStatusName"] in known:
            said["applyStatus"] = code
    return said


def _after_publicity(category: str) -> Row:
    waits = "待审定机构上传审定附件" if category == "1" else "待核查机构上传核查附件"
    return {"_category_code": f"{category}-1", "applyStatusName": waits}


def _name(body: str, bodies: Mapping[Any, Body]) -> str:
    return bodies[body].name if body in bodies else body


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def kept_fields() -> Sequence[str]:
    """The official fields we keep, without those that are the collector's or ours."""
    return tuple(name for name in official_fields() if name in KEPT)


def rows_of(register: Register, kind: str) -> Iterator[Row]:
    """The rows of projects or of reductions."""
    wanted = ("3", "3-1", "4", "5") if kind == "reduction" else ("1", "1-1", "2")
    return (row for row in register.rows if row["_category_code"] in wanted)
