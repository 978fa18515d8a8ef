"""Who an account belongs to: lists of emitters and of the barred; changes, and the closing."""

from openccer.kernel.ids import Uscc
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger import fold
from openccer.ledger.blocks import Bucket
from openccer.ledger.moves import FOUND_FIRST
from openccer.ledger.records import Account
from openccer.registry.checks import (
    IN_ORDER,
    ONE_ID,
    need_account,
    need_all_named,
    need_reasons,
    need_received_in_time,
)
from openccer.registry.parties.acts import (
    BarParty,
    ChangeAccount,
    CloseAccount,
    ListKeyEmitters,
    NameRepresentative,
    RefuseOpening,
    UnbarParty,
)
from openccer.registry.parties.events import (
    AccountChanged,
    AccountClosed,
    Event,
    KeyEmittersListed,
    OpeningRefused,
    PartyBarred,
    PartyUnbarred,
    RepresentativeNamed,
)
from openccer.registry.records import BarredParty, KeyEmitter, Project, ProjectState
from openccer.rulebook.model import RulesInForce

LISTED = HouseRule("a key emitter stands on the list of this year or of the year before")
ONCE_BARRED = HouseRule("a bar is set once and lifted once")
SOME_ENTITY = HouseRule("a list names at least one entity, and a year that is near")

OVER = (
    ProjectState.RECALLED,
    ProjectState.REJECTED,
    ProjectState.CANCELLED,
    ProjectState.REVOKED,
)
EMPTY = (Bucket.HELD, Bucket.EXCHANGE, Bucket.RESERVED, Bucket.FROZEN)


def need_holder_types(
    grounds: Grounds, state: State, uscc: Uscc, types: tuple[str, ...], rules: RulesInForce
) -> None:
    """Grounds: unknown types; a key emitter on no list; a barred party as one who may trade."""
    known = rules.names("account.registry.holder_types")
    strange = [kind for kind in types if kind not in known.value]
    grounds.refuse_if(
        bool(strange) or not types,
        "holder-type-unknown",
        *known.cites,
        found=", ".join(types),
        known=", ".join(known.value),
    )
    listed = state.get(KeyEmitter, uscc)
    years = [year for year in (listed.years if listed else ()) if year >= rules.day.year - 1]
    grounds.refuse_if(
        "key_emitter" in types and not years,
        "not-on-the-emitter-list",
        *known.cites,
        LISTED,
        uscc=uscc,
        year=rules.day.year,
    )
    if set(types) & TRADES:
        need_not_listed_as_barred(grounds, state, uscc, rules)


# Holder types whose purpose is to own or to trade credits.
TRADES = frozenset({"project_owner", "key_emitter", "other_trader"})


def need_not_listed_as_barred(
    grounds: Grounds, state: State, party: str, rules: RulesInForce
) -> None:
    """Ground: the entity or person is on the list of those who may not trade (article 37)."""
    barred = rules.names("actor.barred_from_trading")
    found = state.get(BarredParty, party)
    grounds.refuse_if(
        found is not None and found.in_force(rules.day),
        "party-barred",
        *barred.cites,
        party=party,
        kind=found.kind if found else "-",
        since=found.since.isoformat() if found else "-",
    )


def bar_party(state: State, act: BarParty, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Put someone on the list of those who may not trade (Measures, article 37)."""
    grounds = Grounds()
    barred = rules.names("actor.barred_from_trading")
    grounds.refuse_if(
        act.kind not in barred.value,
        "barred-kind-unknown",
        *barred.cites,
        found=act.kind,
        known=", ".join(barred.value),
    )
    found = state.get(BarredParty, act.party)
    again = found is not None and found.in_force(rules.day)
    grounds.refuse_if(again, "party-already-barred", ONCE_BARRED, party=act.party)
    return grounds.or_accept(PartyBarred(party=act.party, kind=act.kind, since=rules.day))


def unbar_party(
    state: State, act: UnbarParty, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Take someone off the list; today is the last day of the bar."""
    grounds = Grounds()
    found = state.get(BarredParty, act.party)
    free = found is None or not found.in_force(rules.day)
    grounds.refuse_if(free, "party-not-barred", ONCE_BARRED, party=act.party)
    return grounds.or_accept(
        PartyUnbarred(party=act.party, evidence_digest=act.evidence_digest, until=rules.day)
    )


def list_key_emitters(
    state: State, act: ListKeyEmitters, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Record entities of the list of a year, as the authority published it."""
    grounds = Grounds()
    near = act.year - rules.day.year in (-1, 0, 1)
    grounds.refuse_if(not act.entities or not near, "list-out-of-place", SOME_ENTITY, year=act.year)
    return grounds.or_accept(KeyEmittersListed(year=act.year, entities=act.entities))


def refuse_opening(
    state: State, act: RefuseOpening, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """No account: papers fall short, and the applicant is told why (registration rules, 7)."""
    grounds = Grounds()
    papers, refusal = (
        rules.names("account.registry.documents"),
        rules.text("account.registry.refusal"),
    )
    need_reasons(grounds, act.failed, act.reasons, papers, refusal)
    limit = rules.count("account.registry.open_decision_limit")
    need_received_in_time(grounds, act.received, limit, rules)
    return grounds.or_accept(
        OpeningRefused(
            uscc=act.uscc, name=act.name, failed=act.failed, reasons=act.reasons, on=rules.day
        )
    )


def change_account(
    state: State, act: ChangeAccount, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """A new name or other types of the same subject, entered in time (registration rules, 8)."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    account = state.get(Account, act.account)
    if account is None:
        return grounds.refused()
    _same_subject(grounds, account, act.uscc)
    need_holder_types(grounds, state, act.uscc, act.holder_types, rules)
    particulars = rules.names("account.registry.particulars_to_report")
    same = act.name == account.name and act.holder_types == account.holder_types
    grounds.refuse_if(same or not act.name.strip(), "nothing-changed", *particulars.cites)
    limit = rules.count("account.registry.change_processing_limit")
    need_received_in_time(grounds, act.received, limit, rules)
    return grounds.or_accept(
        AccountChanged(
            account=act.account,
            name=act.name,
            holder_types=act.holder_types,
            evidence_digest=act.evidence_digest,
            on=rules.day,
        )
    )


def _same_subject(grounds: Grounds, account: Account, uscc: Uscc) -> None:
    grounds.refuse_if(
        account.uscc != uscc,
        "not-the-same-subject",
        ONE_ID,
        account=account.id,
        recorded=account.uscc,
        found=uscc,
    )


def name_representative(
    state: State, act: NameRepresentative, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Record who acts for the account, as a digest; not someone who may not trade."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    need_not_listed_as_barred(grounds, state, act.person, rules)
    return grounds.or_accept(RepresentativeNamed(account=act.account, person=act.person))


def close_account(
    state: State, act: CloseAccount, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Close an account that has nothing left but what was cancelled (registration rules, 11)."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    account = state.get(Account, act.account)
    if account is None or account.closed_on is not None:
        return grounds.refused()
    _same_subject(grounds, account, act.uscc)
    causes = rules.names("account.registry.close_causes")
    grounds.refuse_if(
        act.cause not in causes.value,
        "close-cause-unknown",
        *causes.cites,
        found=act.cause,
        known=", ".join(causes.value),
    )
    grounds.refuse_if(account.trading, "trading-account-open", IN_ORDER, account=act.account)
    need_all_named(grounds, "instruments", act.instruments, account.instruments)
    need_all_named(grounds, "projects", act.projects, account.projects)
    _settled(grounds, state, act, rules)
    return grounds.or_accept(
        AccountClosed(
            account=act.account,
            uscc=act.uscc,
            cause=act.cause,
            evidence_digest=act.evidence_digest,
            on=rules.day,
        )
    )


def _settled(grounds: Grounds, state: State, act: CloseAccount, rules: RulesInForce) -> None:
    """Grounds: credits that are not cancelled, projects that are not over (article 11)."""
    first = rules.flag("account.registry.settle_business_before_closing")
    for instrument in act.instruments:
        holding = fold.holding(state, act.account, instrument)
        left = sum(holding.tonnes(bucket) for bucket in EMPTY)
        grounds.refuse_if(
            first.value and left > 0,
            "credits-left",
            *first.cites,
            instrument=instrument,
            tonnes=left,
        )
    for name in act.projects:
        project = state.get(Project, name)
        grounds.refuse_if(project is None, "no-such-project", FOUND_FIRST, project=name)
        grounds.refuse_if(
            first.value and project is not None and project.state not in OVER,
            "project-not-over",
            *first.cites,
            project=name,
            found=project.state if project else "-",
        )
