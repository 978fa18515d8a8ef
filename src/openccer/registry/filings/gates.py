"""Grounds that a report, an application or a registration meets in the dossier of its filing."""

from collections.abc import Iterable, Mapping

from openccer.kernel.calendar import ONE_DAY, Period
from openccer.kernel.ids import Digest
from openccer.kernel.outcome import Grounds, HouseRule
from openccer.registry.checks import need_all
from openccer.registry.filings.filing import FROM_THE_BODY
from openccer.registry.records import CertificateStatement, Dossier, Paper
from openccer.rulebook.model import Ruled, RulesInForce

NOT_WHILE_RECALLED = HouseRule("a filing does not go on while a recall waits for its review")
SAME_PAPER = HouseRule("an application names the papers that the body uploaded")
ALL_WITHHELD = HouseRule("each whole MWh of the period has its certificate withheld")

# Which methodologies are of a kind that may choose certificates or credits (notice, item 1).
CHOOSES_EITHER = {"CCER-01-001": "solar_thermal", "CCER-01-002": "deep_offshore_wind"}


def report_may_come(
    grounds: Grounds, dossier: Dossier, recall_asked: bool, checks: Ruled[tuple[str, ...]]
) -> None:
    """Grounds: a recall is pending, or a comment was not answered (articles 13, 20)."""
    no_recall_pending(grounds, recall_asked)
    silent = [comment.id for comment in dossier.comments if comment.answer_digest is None]
    grounds.refuse_if(
        bool(silent), "comments-without-answer", *checks.cites, comments=", ".join(silent)
    )


def no_recall_pending(grounds: Grounds, recall_asked: bool) -> None:
    """Ground: the owner wants the filing back, and the registry has not answered yet."""
    grounds.refuse_if(recall_asked, "recall-pending", NOT_WHILE_RECALLED)


def requests_closed(grounds: Grounds, dossier: Dossier, ruled: Ruled[bool]) -> None:
    """Ground: no positive report while a corrective request is open (4.6, 5.6)."""
    still = [request.id for request in dossier.requests if request.closed_on is None]
    grounds.refuse_if(
        ruled.value and bool(still),
        "requests-still-open",
        *ruled.cites,
        requests=", ".join(still),
    )


def papers_named(
    grounds: Grounds,
    required: Ruled[tuple[str, ...]],
    papers: tuple[Paper, ...],
    uploaded: Mapping[str, Digest],
) -> None:
    """Grounds: a paper is missing; a paper of the body is not the one that it uploaded."""
    given = {paper.document: paper.digest for paper in papers}
    need_all(grounds, required, tuple(given), "documents-missing")
    for name in required.value:
        if name.endswith(FROM_THE_BODY) and name in given:
            grounds.refuse_if(
                uploaded.get(name) != given[name],
                "paper-not-as-uploaded",
                *required.cites,
                SAME_PAPER,
                document=name,
                uploaded=uploaded.get(name, "-"),
                found=given[name],
            )


def certificates_frozen(
    grounds: Grounds, dossier: Dossier, methodology: str, crediting: Period, rules: RulesInForce
) -> None:
    """A project that might have chosen certificates registers with its untraded ones frozen."""
    frozen = _asked(grounds, methodology, "gec.freeze_on_project_registration", rules)
    if frozen is None:
        return
    _covered(grounds, dossier.certificates, crediting, frozen)
    _withheld(grounds, dossier.certificates, frozen)


def certificates_cancelled(
    grounds: Grounds, dossier: Dossier, methodology: str, period: Period, rules: RulesInForce
) -> None:
    """Electricity that is claimed carries no traded certificate, and the others are cancelled."""
    cancelled = _asked(grounds, methodology, "gec.cancel_on_reduction_registration", rules)
    if cancelled is None:
        return
    both = rules.flag("gec.same_electricity_both")
    grounds.add(*both.unconfirmed())
    _covered(grounds, dossier.certificates, period, cancelled)
    for stated in dossier.certificates:
        grounds.refuse_if(
            not both.value and stated.traded_mwh > 0 and stated.period.overlaps(period),
            "certificates-traded",
            *both.cites,
            period=f"{stated.period.first} to {stated.period.last}",
            traded_mwh=stated.traded_mwh,
        )
    _withheld(grounds, dossier.certificates, cancelled)


def _asked(
    grounds: Grounds, methodology: str, rule: str, rules: RulesInForce
) -> Ruled[bool] | None:
    """The rule, where it is in force, asks for it, and the methodology is of such a kind."""
    kind = CHOOSES_EITHER.get(methodology.rpartition("-")[0])
    if kind is None or not rules.has(rule):
        return None
    choose = rules.names("gec.may_choose_either")
    asked = rules.flag(rule)
    grounds.add(*choose.unconfirmed(), *asked.unconfirmed())
    return asked if asked.value and kind in choose.value else None


def _covered(
    grounds: Grounds, stated: Iterable[CertificateStatement], whole: Period, ruled: Ruled[bool]
) -> None:
    missing = _uncovered([found.period for found in stated], whole)
    grounds.refuse_if(
        missing is not None,
        "certificates-not-stated",
        *ruled.cites,
        period=f"{whole.first} to {whole.last}",
        missing=missing.first.isoformat() if missing else "-",
    )


def _uncovered(stated: list[Period], whole: Period) -> Period | None:
    """From the first day that no statement covers; None when every day is."""
    day = whole.first
    for period in sorted(stated, key=lambda found: found.first):
        if period.first <= day <= period.last:
            day = period.last + ONE_DAY
    return Period(day, whole.last) if day <= whole.last else None


def _withheld(grounds: Grounds, stated: Iterable[CertificateStatement], ruled: Ruled[bool]) -> None:
    for found in stated:
        untraded = found.generated_mwh - found.traded_mwh
        grounds.refuse_if(
            found.withheld_mwh != untraded,
            "certificates-not-withheld",
            *ruled.cites,
            ALL_WITHHELD,
            period=f"{found.period.first} to {found.period.last}",
            untraded_mwh=untraded,
            withheld_mwh=found.withheld_mwh,
        )
