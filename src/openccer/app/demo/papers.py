"""The papers of the demo: small example documents, and the digests under which they are kept."""

from dataclasses import dataclass
from hashlib import sha256

from openccer.app.demo.cast import BODY_A, BODY_B, MONITORED, OWNER, PROJECT, REDUCTION
from openccer.app.demo.story import Documents
from openccer.kernel import canonical
from openccer.kernel.ids import Digest
from openccer.mrv.model import Report

EXAMPLE = {
    "zh": "示例文件，仅用于演示；所列主体均为虚构示例",
    "en": "an example document, for demonstration only; the parties named are examples",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Each document's text by its name, and all their digests."""

    texts: dict[str, str]
    digests: Documents


def papers_for(report: Report, report_text: str) -> Papers:
    """The design, both bodies' reports, and the accounting report that was computed."""
    texts = {
        "design": _text("项目设计文件", {"project": PROJECT, "owner": OWNER}),
        "validation": _text("项目审定报告", {"project": PROJECT, "body": BODY_A}),
        "application": _text("登记申请表", {"project": PROJECT, "owner": OWNER}),
        "undertaking": _text("承诺书", {"project": PROJECT, "owner": OWNER}),
        "certificates": _text("绿证冻结与核销情况", {"project": PROJECT}),
        "report": report_text,
        "verification": _text(
            "减排量核查报告",
            {
                "reduction": REDUCTION,
                "body": BODY_B,
                "period": MONITORED,
                "verified": report.by_year,
                "recomputed_from": report.dataset,
            },
        ),
    }
    digests = Documents(
        design=digest(texts["design"]),
        validation=digest(texts["validation"]),
        report=digest(texts["report"]),
        dataset=Digest(report.dataset),
        verification=digest(texts["verification"]),
        application=digest(texts["application"]),
        undertaking=digest(texts["undertaking"]),
        certificates=digest(texts["certificates"]),
    )
    return Papers(texts=texts, digests=digests)


def _text(kind: str, facts: dict[str, object]) -> str:
    return canonical.encode({"document": kind, "note": EXAMPLE, **facts}).decode()


def digest(text: str) -> Digest:
    return Digest(sha256(text.encode()).hexdigest())
