"""The certificates of a registry's log as people and programs get them: HTML, PDF and JSON.

All three carry the same signed statement; the JSON has the proof of it as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

from openccer.app.acts import REGISTRY
from openccer.app.entry import read
from openccer.app.proofs import Prover
from openccer.ledger.records import Account, Instrument
from openccer.mandate.model import ONLY, Operator
from openccer.proof.statement import qr_text
from openccer.registry.records import Project
from openccer.reports import html
from openccer.reports.model import Certified, certified
from openccer.reports.pdf import pdf
from openccer.rulebook.model import Title

PAPER = "certificate_paper.css"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One certificate: what it says, and its file, which proves it."""

    certified: Certified
    file: bytes = field(repr=False)


Form = Callable[[Issued], bytes]

FORMS: Mapping[str, Form] = {
    "json": lambda issued: issued.file,
    "html": lambda issued: html.certificate(issued.certified).encode(),
    "pdf": lambda issued: pdf(html.certificate(issued.certified), paper=PAPER),
}


def issued(prover: Prover, seq: int, number: str) -> Issued:
    """The certificate of this number, made by the registry's act at `seq`, signed."""
    note, file = prover.certificate(seq, number)
    raw = prover.entry(REGISTRY, seq)
    event: Any = next(e for e in read(raw).events if getattr(e, "certificate", None) == number)
    record = partial(prover.store.record, REGISTRY)
    account = record(Account, event.account)
    instrument = record(Instrument, event.blocks[0].batch.instrument)
    project = record(Project, instrument.project) if instrument else None
    operator = record(Operator, ONLY)
    sheet = certified(
        event,
        log=REGISTRY,
        seq=seq,
        holder=Title(account.name, account.name) if account else None,
        uscc=account.uscc if account else "",
        project=Title(project.name, project.name) if project else None,
        entry_digest=sha256(raw).hexdigest(),
        issuer=Title(operator.name_zh, operator.name_en) if operator else None,
        qr=qr_text(note),
        key=prover.keys[REGISTRY].vkey,
    )
    return Issued(certified=sheet, file=file)
