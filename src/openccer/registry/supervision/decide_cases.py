"""The case file: opened, breaches found, corrections ordered and recorded, closed; reports."""

from openccer.kernel.ids import InstrumentId
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger.moves import FOUND_FIRST
from openccer.ledger.records import Account, Instrument
from openccer.registry.checks import ONE_ID
from openccer.registry.records import Project
from openccer.registry.supervision.acts import (
    CloseCase,
    OpenInspection,
    OrderCorrection,
    RecordCorrection,
    RecordFinding,
    ReportBreach,
)
from openccer.registry.supervision.checks import (
    account,
    case_of,
    competent,
    finding_of,
    need_due,
    need_party,
)
from openccer.registry.supervision.events import (
    BreachReported,
    CaseClosed,
    CorrectionOrdered,
    CorrectionRecorded,
    Event,
    FindingRecorded,
    InspectionOpened,
)
from openccer.registry.supervision.penalties import in_force
from openccer.registry.supervision.records import Case, PartyKind, PublicReport
from openccer.rulebook.model import RulesInForce

OWNER_IS_PARTY = HouseRule("in a case about a project its owner is the party")
A_RULE_BROKEN = HouseRule("a finding names a rule that was in force on the last day of the breach")
SEEN_AFTER = HouseRule("what is found or corrected has happened")
OF_THE_PROJECT = HouseRule("false credits are of the project of the case, and were issued")
ORDERED_ONCE = HouseRule("a correction is ordered once and recorded once")
TIME_TO_CORRECT = HouseRule("a case stays open while a correction is not yet due")
ABOUT_ONE = HouseRule("a report is about one account, body or project")

EMITTER = "key_emitter"


def open_inspection(
    state: State, act: OpenInspection, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Open a case: provinces and the ministry on owners, the market regulator on bodies."""
    grounds = Grounds()
    taken = state.get(Case, act.case) is not None
    grounds.refuse_if(taken, "id-taken", ONE_ID, id=act.case)
    need_party(grounds, state, act.party)
    competent(grounds, act.authority, _inspected_by(state, act, rules), rules)
    if act.project is not None:
        project = state.get(Project, act.project)
        grounds.refuse_if(project is None, "no-such-project", FOUND_FIRST, project=act.project)
        grounds.refuse_if(
            project is not None and act.party != account(project.owner),
            "project-of-another-party",
            OWNER_IS_PARTY,
            project=act.project,
            owner=project.owner if project else "-",
            party=act.party.key,
        )
    return grounds.or_accept(
        InspectionOpened(
            case=act.case,
            authority=act.authority,
            party=act.party,
            project=act.project,
            on=rules.day,
            evidence=act.evidence,
        )
    )


def _inspected_by(state: State, act: OpenInspection, rules: RulesInForce) -> str:
    """The rule that names who inspects the party; of an emitter also the allowance market's."""
    if act.party.kind is PartyKind.BODY:
        return "penalty.inspects.bodies"
    owners = rules.names("penalty.inspects.projects")
    found = state.get(Account, act.party.id)
    emitter = found is not None and EMITTER in found.holder_types and act.project is None
    if emitter and act.authority not in owners.value:
        return "penalty.inspects.emitters"
    return "penalty.inspects.projects"


def record_finding(
    state: State, act: RecordFinding, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Record one breach in an open case."""
    grounds = Grounds()
    case = case_of(grounds, state, act.case, act.authority)
    last = act.breached.last
    broken = in_force(rules.book.on(last), act.breach)
    grounds.refuse_if(
        broken is None,
        "breach-names-no-rule",
        A_RULE_BROKEN,
        rule=act.breach,
        breach=last.isoformat(),
    )
    grounds.refuse_if(last > rules.day, "not-happened-yet", SEEN_AFTER, found=last.isoformat())
    for instrument, tonnes in act.false_tonnes.items():
        most = _issued(state, instrument)
        mine = case is not None and instrument.rpartition(".")[0] == case.project
        grounds.refuse_if(
            not mine or not 1 <= tonnes.count <= most,
            "false-credits-not-of-the-case",
            OF_THE_PROJECT,
            instrument=instrument,
            asked=tonnes.count,
            issued=most,
        )
    return grounds.or_accept(
        FindingRecorded(
            case=act.case,
            finding=context.act_id,
            breach=act.breach,
            breached=act.breached,
            evidence=act.evidence,
            wilful=act.wilful,
            serious=act.serious,
            harm=act.harm,
            gains=act.gains,
            false_tonnes=act.false_tonnes,
        )
    )


def _issued(state: State, instrument: InstrumentId) -> int:
    found = state.get(Instrument, instrument)
    return sum(batch.tonnes for batch in found.batches) if found else 0


def order_correction(
    state: State, act: OrderCorrection, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Order a correction by a day."""
    grounds = Grounds()
    finding = finding_of(grounds, case_of(grounds, state, act.case, act.authority), act.finding)
    need_due(grounds, act.due, rules.day)
    grounds.refuse_if(
        finding is not None and finding.correct_by is not None,
        "correction-already-there",
        ORDERED_ONCE,
        finding=act.finding,
    )
    return grounds.or_accept(
        CorrectionOrdered(case=act.case, finding=act.finding, due=act.due, evidence=act.evidence)
    )


def record_correction(
    state: State, act: RecordCorrection, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Record that an order was obeyed, and when: in time or after it."""
    grounds = Grounds()
    finding = finding_of(grounds, case_of(grounds, state, act.case, act.authority), act.finding)
    if finding is not None:
        grounds.refuse_if(
            finding.correct_by is None, "no-correction-ordered", FOUND_FIRST, finding=act.finding
        )
        grounds.refuse_if(
            finding.corrected_on is not None,
            "correction-already-there",
            ORDERED_ONCE,
            finding=act.finding,
        )
    grounds.refuse_if(
        act.corrected_on > rules.day,
        "not-happened-yet",
        SEEN_AFTER,
        found=act.corrected_on.isoformat(),
    )
    return grounds.or_accept(
        CorrectionRecorded(
            case=act.case, finding=act.finding, on=act.corrected_on, evidence=act.evidence
        )
    )


def close_case(
    state: State, act: CloseCase, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Close the file; not while a party still has time to correct."""
    grounds = Grounds()
    case = case_of(grounds, state, act.case, act.authority)
    for finding in case.findings if case else ():
        due = finding.correct_by
        grounds.refuse_if(
            due is not None and finding.corrected_on is None and rules.day <= due,
            "correction-not-yet-due",
            TIME_TO_CORRECT,
            finding=finding.id,
            due=due.isoformat() if due else "-",
        )
    return grounds.or_accept(CaseClosed(case=act.case, on=rules.day))


def report_breach(
    state: State, act: ReportBreach, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Take a report by anyone (article 41); who sent it stands with the authority, not here."""
    grounds = Grounds()
    rules.flag("actor.public.may_report_fraud")  # RuleGap before the Measures
    taken = state.get(PublicReport, act.report) is not None
    grounds.refuse_if(taken, "id-taken", ONE_ID, id=act.report)
    grounds.refuse_if((act.party is None) == (act.project is None), "report-about-one", ABOUT_ONE)
    if act.party is not None:
        need_party(grounds, state, act.party)
    if act.project is not None:
        missing = state.get(Project, act.project) is None
        grounds.refuse_if(missing, "no-such-project", FOUND_FIRST, project=act.project)
    about = act.party.key if act.party else f"project/{act.project}"
    return grounds.or_accept(
        BreachReported(report=act.report, about=about, evidence=act.evidence, on=rules.day)
    )
