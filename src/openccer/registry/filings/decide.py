"""Comments, corrective requests, papers and certificates of a filing."""

from collections.abc import Callable

from openccer.kernel.calendar import Period
from openccer.kernel.ids import ActId
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger.moves import FOUND_FIRST
from openccer.registry.filings.acts import (
    Act,
    AnswerComment,
    AnswerRequest,
    AskRecall,
    CloseRequest,
    DecideRecall,
    FileComment,
    RaiseRequest,
    RefuseApplication,
    StateCertificates,
    StateDelay,
    UploadPaper,
)
from openccer.registry.filings.decide_end import ask_recall, decide_recall, refuse_application
from openccer.registry.filings.events import (
    CertificatesStated,
    CommentAnswered,
    CommentFiled,
    DelayStated,
    Event,
    PaperUploaded,
    RequestAnswered,
    RequestClosed,
    RequestRaised,
)
from openccer.registry.filings.filing import (
    BEFORE_REGISTRATION,
    FROM_THE_BODY,
    PUBLISHED,
    Filing,
    filing_in,
    need_named_body,
    need_owner,
    report_limit,
)
from openccer.registry.records import CorrectiveRequest
from openccer.rulebook.model import RulesInForce

WHILE_IT_RAN = HouseRule("a delay is stated when it is over; it began while time ran")
EACH_DAY_ONCE = HouseRule("a day of delay is stated once")
ANSWER_FIRST = HouseRule("a corrective request is answered before it is closed")
ONE_ANSWER = HouseRule("a comment is answered once, a closed request no more")
SUM_OF_CERTIFICATES = HouseRule("certificates traded or withheld are no more than were generated")


def file_comment(
    state: State, act: FileComment, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Enter a comment received inside the publicity window (articles 12, 19)."""
    grounds = Grounds()
    filing = filing_in(grounds, state, act, PUBLISHED)
    if filing is None:
        return grounds.refused()
    may = rules.flag(
        "project.pdd_publicity.public_may_comment"
        if act.reduction is None
        else "reduction.publicity.public_may_comment"
    )
    grounds.refuse_if(
        act.received not in filing.publicity or act.received > rules.day,
        "comment-outside-publicity",
        *may.cites,
        received=act.received.isoformat(),
        publicity_began=filing.publicity.first.isoformat(),
        publicity_ends=filing.publicity.last.isoformat(),
    )
    return grounds.or_accept(
        CommentFiled(
            project=act.project,
            reduction=act.reduction,
            comment=context.act_id,
            digest=act.digest,
            received=act.received,
        )
    )


def answer_comment(
    state: State, act: AnswerComment, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The named body answers one comment, once (articles 13, 20)."""
    grounds = Grounds()
    filing = filing_in(grounds, state, act, PUBLISHED)
    if filing is None:
        return grounds.refused()
    need_named_body(grounds, state, filing, act.body, rules)
    found = next((one for one in filing.dossier.comments if one.id == act.comment), None)
    grounds.refuse_if(found is None, "no-such-comment", FOUND_FIRST, comment=act.comment)
    answered = found is not None and found.answer_digest is not None
    grounds.refuse_if(answered, "comment-already-answered", ONE_ANSWER, comment=act.comment)
    return grounds.or_accept(
        CommentAnswered(
            project=act.project,
            reduction=act.reduction,
            comment=act.comment,
            body=act.body,
            answer_digest=act.answer_digest,
        )
    )


def raise_request(
    state: State, act: RaiseRequest, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The named body asks for a correction, for one of the causes of the rules (4.5.3, 5.5.3)."""
    grounds = Grounds()
    filing = filing_in(grounds, state, act, PUBLISHED)
    if filing is None:
        return grounds.refused()
    need_named_body(grounds, state, filing, act.body, rules)
    causes = rules.names(
        "project.validation.corrective_causes"
        if act.reduction is None
        else "reduction.verification.corrective_causes"
    )
    grounds.refuse_if(
        act.cause not in causes.value,
        "request-cause-unknown",
        *causes.cites,
        found=act.cause,
        known=", ".join(causes.value),
    )
    return grounds.or_accept(
        RequestRaised(
            project=act.project,
            reduction=act.reduction,
            request=context.act_id,
            body=act.body,
            cause=act.cause,
            digest=act.digest,
            on=rules.day,
        )
    )


def _open_request(grounds: Grounds, filing: Filing, request: ActId) -> CorrectiveRequest | None:
    found = next((one for one in filing.dossier.requests if one.id == request), None)
    grounds.refuse_if(found is None, "no-such-request", FOUND_FIRST, request=request)
    closed = found.closed_on if found else None
    grounds.refuse_if(
        closed is not None,
        "request-already-closed",
        ONE_ANSWER,
        request=request,
        closed=closed.isoformat() if closed else "-",
    )
    return found


def answer_request(
    state: State, act: AnswerRequest, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The owner answers an open request with evidence; it may do so again."""
    grounds = Grounds()
    filing = filing_in(grounds, state, act, PUBLISHED)
    if filing is None:
        return grounds.refused()
    need_owner(grounds, filing, act.owner)
    _open_request(grounds, filing, act.request)
    return grounds.or_accept(
        RequestAnswered(
            project=act.project,
            reduction=act.reduction,
            request=act.request,
            evidence_digest=act.evidence_digest,
        )
    )


def close_request(
    state: State, act: CloseRequest, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The named body closes a request that was answered (4.6, 5.6)."""
    grounds = Grounds()
    filing = filing_in(grounds, state, act, PUBLISHED)
    if filing is None:
        return grounds.refused()
    need_named_body(grounds, state, filing, act.body, rules)
    found = _open_request(grounds, filing, act.request)
    silent = found is not None and not found.answers
    grounds.refuse_if(silent, "request-not-answered", ANSWER_FIRST, request=act.request)
    return grounds.or_accept(
        RequestClosed(
            project=act.project,
            reduction=act.reduction,
            request=act.request,
            body=act.body,
            on=rules.day,
        )
    )


def state_delay(
    state: State, act: StateDelay, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Days the body waited for the owner, each once; they lengthen its time (4.3.3, 5.3.3)."""
    grounds = Grounds()
    filing = filing_in(grounds, state, act, PUBLISHED)
    if filing is None:
        return grounds.refused()
    need_named_body(grounds, state, filing, act.body, rules)
    causes = rules.names(
        "project.validation.delay_causes"
        if act.reduction is None
        else "reduction.verification.delay_causes"
    )
    grounds.refuse_if(
        act.cause not in causes.value,
        "delay-cause-unknown",
        *causes.cites,
        found=act.cause,
        known=", ".join(causes.value),
    )
    due = filing.report_due(report_limit(act, rules))
    grounds.refuse_if(
        act.period.first not in Period(filing.publicity.first, due) or act.period.last > rules.day,
        "delay-outside-the-time",
        *causes.cites,
        WHILE_IT_RAN,
        period=f"{act.period.first} to {act.period.last}",
        publicity_began=filing.publicity.first.isoformat(),
        due=due.isoformat(),
        day=rules.day.isoformat(),
    )
    twice = [known.period for known in filing.dossier.delays if known.period.overlaps(act.period)]
    grounds.refuse_if(
        bool(twice),
        "delay-already-stated",
        EACH_DAY_ONCE,
        stated="; ".join(f"{known.first} to {known.last}" for known in twice),
    )
    return grounds.or_accept(
        DelayStated(
            project=act.project,
            reduction=act.reduction,
            body=act.body,
            cause=act.cause,
            period=act.period,
            digest=act.digest,
        )
    )


def upload_paper(
    state: State, act: UploadPaper, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The named body uploads one of the papers that come from it (articles 14, 21)."""
    grounds = Grounds()
    filing = filing_in(grounds, state, act, BEFORE_REGISTRATION)
    if filing is None:
        return grounds.refused()
    need_named_body(grounds, state, filing, act.body, rules)
    papers = rules.names(
        "project.application.documents"
        if act.reduction is None
        else "reduction.application.documents"
    )
    known = [name for name in papers.value if name.endswith(FROM_THE_BODY)]
    grounds.refuse_if(
        act.document not in known,
        "paper-not-of-the-body",
        *papers.cites,
        found=act.document,
        known=", ".join(known),
    )
    return grounds.or_accept(
        PaperUploaded(
            project=act.project,
            reduction=act.reduction,
            body=act.body,
            document=act.document,
            digest=act.digest,
        )
    )


def state_certificates(
    state: State, act: StateCertificates, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Enter what the certificate system states; whether it is enough is asked at registration."""
    grounds = Grounds()
    filing = filing_in(grounds, state, act, BEFORE_REGISTRATION)
    grounds.refuse_if(
        act.traded_mwh + act.withheld_mwh > act.generated_mwh,
        "more-certificates-than-electricity",
        SUM_OF_CERTIFICATES,
        generated=act.generated_mwh,
        traded=act.traded_mwh,
        withheld=act.withheld_mwh,
    )
    if filing is None:
        return grounds.refused()
    return grounds.or_accept(
        CertificatesStated(
            project=act.project,
            reduction=act.reduction,
            period=act.period,
            generated_mwh=act.generated_mwh,
            traded_mwh=act.traded_mwh,
            withheld_mwh=act.withheld_mwh,
            digest=act.digest,
        )
    )


# The key is the act's own type, so each answer gets the act it was written for.
_ANSWERS: dict[type, Callable[..., Outcome[Event]]] = {
    FileComment: file_comment,
    AnswerComment: answer_comment,
    RaiseRequest: raise_request,
    AnswerRequest: answer_request,
    CloseRequest: close_request,
    StateDelay: state_delay,
    UploadPaper: upload_paper,
    StateCertificates: state_certificates,
    AskRecall: ask_recall,
    DecideRecall: decide_recall,
    RefuseApplication: refuse_application,
}


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    return _ANSWERS[type(act)](state, act, rules, context)
