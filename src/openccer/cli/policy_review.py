"""`openccer policy review`: who filed a policy record, who verified it, and which version is here.

Each step is an act of the log `policy`, built from the documents at hand: what a reviewer verifies
is what lies before the reviewer, and it is refused when something else was filed last.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from openccer.app.acts import POLICY, Act
from openccer.app.entry import Request
from openccer.app.reviews import digest_of, documents, errors_in, reviews_on, status_record
from openccer.cli.acts import print_answer
from openccer.cli.logs import open_app
from openccer.cli.options import Database, Json, day
from openccer.cli.output import MISTYPED, emit, existing, guarded, out, refuse, stop
from openccer.kernel.calendar import BEIJING
from openccer.kernel.ids import ActId, ActorId, Digest, PolicyId
from openccer.kernel.outcome import Refused
from openccer.policy.document import DocumentError
from openccer.policy.load import Base, cn_base, load_folder
from openccer.policy.review_model import (
    FilePolicyRecord,
    MarkPolicyRecordStale,
    OpenPolicyReview,
    ReturnPolicyRecord,
    VerifyPolicyRecord,
)
from openccer.reports.messages import word
from openccer.rulebook.lint import REVIEW_EVERY

review = typer.Typer(
    no_args_is_help=True,
    help="The review of policy records: two persons, by digest. 政策记录的审核：两人，按摘要。",
)

RecordId = Annotated[str, typer.Argument(metavar="ID", help="The record, for example measures.")]
Who = Annotated[str, typer.Option("--actor", help="Who asks.")]
LegalDay = Annotated[str, typer.Option("--day", help="The legal day [default: today in Beijing].")]
Intent = Annotated[
    str, typer.Option("--act-id", help="Your name for this step [default: made from the clock].")
]
Folder = Annotated[
    Path | None, typer.Option("--base", help="A folder of records [default: the shipped ones].")
]
Why = Annotated[str, typer.Option("--reason", help="Why, in your words.")]

VERSIONS = {
    "verified": ("为审核通过的文本", "is the verified version"),
    "filed": ("为最近提交的文本，未审核通过", "is the version filed last, not verified"),
    "edited": ("提交后已被修改", "was edited since it was filed"),
    "new": ("尚未提交", "was never filed"),
    "absent": ("不在此处", "is not here"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What the options of every step say."""

    record: str
    actor: str
    on: str
    act_id: str
    db: Path | None
    base: Path | None
    as_json: bool
    papers: dict[str, bytes] = field(default_factory=dict)  # kept with the step, by file name

    @property
    def id(self) -> PolicyId:
        return _typed(PolicyId, self.record, self.as_json)

    def digests(self, *, keep: bool = False) -> dict[str, Digest | None]:
        """The documents at hand, by their digests; `keep` them as evidence too."""
        found = documents(_base(self.base, self.as_json), self.record)
        if not found:
            _unknown(self.record, self.as_json)
        if keep:
            self.papers.update(found.values())
        return {
            f"{language}_digest": digest_of(found[language][1]) if language in found else None
            for language in ("zh", "en")
        }

    def submit(self, act: Act) -> None:
        """Ask; print the answer. Papers are kept before the log names them."""
        now = datetime.now(BEIJING)
        made = f"{act.TAG.split('/')[0]}-{now:%Y%m%dT%H%M%S.%f}"
        request = Request(
            log=POLICY,
            act=act,
            act_id=_typed(ActId, self.act_id or made, self.as_json),
            actor=_typed(ActorId, self.actor, self.as_json),
            day=day(self.on, self.as_json) if self.on else now.date(),
        )
        app, _ = open_app(self.db, self.as_json)
        would = app.preview([request], now=now)
        if isinstance(would, Refused):
            refuse(would, self.as_json)
        for name, content in self.papers.items():
            app.store.add_evidence(digest_of(content), name, content)
        answer = app.submit(request, now=now)
        if isinstance(answer, Refused):
            refuse(answer, self.as_json)
        print_answer((answer,), self.as_json)


T = TypeVar("T", PolicyId, ActId, ActorId)


def _typed(kind: type[T], text: str, as_json: bool) -> T:
    try:
        return kind(text)
    except ValueError as error:
        stop(MISTYPED, "not-an-id", f"标识写法不对：{error}", str(error), as_json)


def _base(folder: Path | None, as_json: bool) -> Base:
    try:
        return cn_base() if folder is None else load_folder(folder)
    except DocumentError as error:
        stop(MISTYPED, "unreadable", f"无法读取：{error}", str(error), as_json)


def _unknown(record: str, as_json: bool) -> None:
    zh, en = f"没有政策记录 {record}", f"there is no policy record {record!r}; see --base"
    stop(MISTYPED, "unknown-record", zh, en, as_json)


# --- steps --------------------------------------------------------------------------------------


@review.command("file")
@guarded
def file_record(
    record: RecordId,
    actor: Who,
    db: Database = None,
    on: LegalDay = "",
    act_id: Intent = "",
    base: Folder = None,
    as_json: Json = False,
) -> None:
    """File the documents at hand, new or edited; they are kept under their digests."""
    step = _Step(
        record=record, actor=actor, on=on, act_id=act_id, db=db, base=base, as_json=as_json
    )
    step.submit(FilePolicyRecord(record=step.id, **step.digests(keep=True)))


@review.command("open")
@guarded
def open_review(
    record: RecordId,
    actor: Who,
    db: Database = None,
    on: LegalDay = "",
    act_id: Intent = "",
    base: Folder = None,
    as_json: Json = False,
) -> None:
    """Give a draft or stale record to review; the documents at hand must be those filed last."""
    step = _Step(
        record=record, actor=actor, on=on, act_id=act_id, db=db, base=base, as_json=as_json
    )
    step.submit(OpenPolicyReview(record=step.id, **step.digests()))


@review.command("verify")
@guarded
def verify_record(
    record: RecordId,
    actor: Who,
    statement: Annotated[str, typer.Option("--statement", help="What you checked.")],
    audit: Annotated[Path, typer.Option("--audit", help="The audit report, JSON; it is kept.")],
    db: Database = None,
    on: LegalDay = "",
    act_id: Intent = "",
    base: Folder = None,
    as_json: Json = False,
) -> None:
    """Verify a record in review that somebody else wrote, and whose audit shows no error."""
    step = _Step(
        record=record, actor=actor, on=on, act_id=act_id, db=db, base=base, as_json=as_json
    )
    report = existing(audit, as_json).read_bytes()
    here = documents(_base(base, as_json), record)
    try:
        digests = {language: digest_of(content) for language, (_, content) in here.items()}
        errors = errors_in(report, record, digests)
    except (ValueError, RecursionError) as error:
        stop(MISTYPED, "unreadable", f"不是审计报告：{audit}", f"{audit}: {error}", as_json)
    step.papers[f"{record}.audit.json"] = report
    step.submit(
        VerifyPolicyRecord(
            record=step.id,
            statement=statement,
            audit_digest=digest_of(report),
            errors=errors,
            **step.digests(),
        )
    )


@review.command("return")
@guarded
def return_record(
    record: RecordId,
    actor: Who,
    reason: Why,
    db: Database = None,
    on: LegalDay = "",
    act_id: Intent = "",
    as_json: Json = False,
) -> None:
    """Give a record in review back to its editors, with the reason."""
    step = _Step(
        record=record, actor=actor, on=on, act_id=act_id, db=db, base=None, as_json=as_json
    )
    step.submit(ReturnPolicyRecord(record=step.id, reason=reason))


@review.command("stale")
@guarded
def mark_stale(
    record: RecordId,
    actor: Who,
    reason: Why,
    db: Database = None,
    on: LegalDay = "",
    act_id: Intent = "",
    as_json: Json = False,
) -> None:
    """Mark a verified record stale, because the law changed for example."""
    step = _Step(
        record=record, actor=actor, on=on, act_id=act_id, db=db, base=None, as_json=as_json
    )
    step.submit(MarkPolicyRecordStale(record=step.id, reason=reason))


# --- status -------------------------------------------------------------------------------------


@review.command("status")
@guarded
def status(
    record: Annotated[str, typer.Argument(metavar="[ID]", help="One record; all without it.")] = "",
    db: Database = None,
    on: Annotated[str, typer.Option("--on", help="The day asked about [default: today].")] = "",
    base: Folder = None,
    as_json: Json = False,
) -> None:
    """State, who filed, who verified, and whether the file at hand is the verified one."""
    asked: date = day(on, as_json) if on else datetime.now(BEIJING).date()
    app, _ = open_app(db, as_json)
    reviews = reviews_on(app.store, asked)
    known = _base(base, as_json)
    names = sorted({*reviews, *known.ids()})
    if record and record not in names:
        _unknown(record, as_json)
    records = [
        status_record(name, reviews.get(name), documents(known, name), asked)
        for name in ([record] if record else names)
    ]
    if as_json:
        emit({"on": asked.isoformat(), "records": records})
        return
    for found in records:
        _print(found, whole=bool(record))


def _print(found: dict[str, Any], *, whole: bool) -> None:
    said = word("reviews", found["state"]) if found["state"] else None
    shown = f"{said.zh} {said.en}" if said else "未提交 not filed"
    out.print(f"{found['record']}: {shown}", markup=False)
    for language, one in found["documents"].items():
        if whole or one["version"] not in ("absent", "new"):
            zh, en = VERSIONS[one["version"]]
            by = f"; {one['filed']['by']} {one['filed']['on']}" if one["filed"] else ""
            out.print(f"  {language}: {zh} {en}{by}", markup=False)
            if whole and one["filed"]:
                out.print(f"    sha256 {one['filed']['digest']}", markup=False)
    done = found["verified"]
    if done:
        out.print(
            f"  上次审核 last verified: {done['by']} {done['on']}: {done['statement']}",
            markup=False,
        )
    if found["overdue"]:
        out.print(
            f"  审核已超过{REVIEW_EVERY.days}天 verified more than {REVIEW_EVERY.days} days ago"
        )
    if found["changed"]:
        which = ", ".join(found["changed"])
        out.print(f"  审核后修改 edited after review: {which}", markup=False)
    if found["reason"]:
        out.print(f"  理由 reason: {found['reason']}", markup=False)
