"""How the story is told: acts submitted one after the other, each answer remembered.

The clock is given: each act is recorded at ten in the morning of its legal day in Beijing,
settlement after the close.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from openccer.app.acts import EXCHANGE, REGISTRY, Act
from openccer.app.approval import proposal_of
from openccer.app.demo.cast import EXCHANGE_DESK, REGISTRY_DESK, SECOND_DESKS, second
from openccer.app.entry import Request
from openccer.app.facade import App, Receipt
from openccer.kernel.calendar import BEIJING
from openccer.kernel.ids import ActId, ActorId, Digest
from openccer.kernel.outcome import Refused
from openccer.mandate.model import ConfirmRule, GrantRole, OpenLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the story: what was asked, and the receipt or the refusal it got."""

    day: date
    title_zh: str
    title_en: str
    acts: tuple[Act, ...]
    answer: tuple[Receipt, ...] | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Digests of the papers of the story; their content is kept as evidence."""

    design: Digest
    validation: Digest
    report: Digest
    dataset: Digest
    verification: Digest


class Story:
    """Submits the acts of the demo one after the other, and remembers each answer."""

    def __init__(self, app: App, on_step: Callable[[Step], None]) -> None:
        self.app = app
        self.steps: list[Step] = []
        self._on_step = on_step
        self._number = 0

    def do(self, day: date, zh: str, en: str, *asked: tuple[ActorId, Act], at: int = 10) -> Step:
        """Submit the acts together; a refusal here is a fault of the story, and crashes."""
        requests = [self._request(day, actor, act) for actor, act in asked]
        for request in requests:
            self._propose(zh, en, request, _clock(day, at))
        answer = self.app.submit_linked(requests, now=_clock(day, at))
        assert not isinstance(answer, Refused), f"{en}: {answer}"
        return self._remember(day, zh, en, asked, answer)

    def refuse(self, day: date, zh: str, en: str, actor: ActorId, act: Act, at: int = 10) -> Step:
        """Ask for something the law forbids, as a preview, to show the refusal."""
        request = self._request(day, actor, act)
        answer = self.app.preview([_proposal(request) or request], now=_clock(day, at))
        assert isinstance(answer, Refused), f"{en}: {answer}"
        return self._remember(day, zh, en, ((actor, act),), answer)

    def _propose(self, zh: str, en: str, request: Request, now: datetime) -> None:
        """What needs two persons is proposed by the other one first, as a step of its own."""
        proposal = _proposal(request)
        if proposal is not None:
            answer = self.app.submit_linked([proposal], now=now)
            assert not isinstance(answer, Refused), f"{en}: {answer}"
            asked = ((proposal.actor, proposal.act),)
            self._remember(request.day, f"提出待核准：{zh}", f"proposed: {en}", asked, answer)

    def _request(self, day: date, actor: ActorId, act: Act) -> Request:
        self._number += 1
        log = EXCHANGE if type(act).__module__.endswith("market.acts") else REGISTRY
        if isinstance(act, OpenLog | GrantRole) and actor == EXCHANGE_DESK:
            log = EXCHANGE
        return Request(
            log=log, act=act, act_id=ActId(f"demo-{self._number:03d}"), actor=actor, day=day
        )

    def _remember(
        self,
        day: date,
        zh: str,
        en: str,
        asked: tuple[tuple[ActorId, Act], ...],
        answer: tuple[Receipt, ...] | Refused,
    ) -> Step:
        acts = tuple(act for _, act in asked)
        step = Step(day=day, title_zh=zh, title_en=en, acts=acts, answer=answer)
        self.steps.append(step)
        self._on_step(step)
        return step


def _proposal(request: Request) -> Request | None:
    """The request of the second person of the same office, where the act needs two."""
    needed = request.actor in SECOND_DESKS
    return proposal_of(request, second(request.actor)) if needed else None


def _clock(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 0), BEIJING)


def unconfirmed(story: Story, refs: tuple[str, ...], day: date) -> list[str]:
    """The rule versions among these that no instrument we have read sets."""
    rules = story.app.rulebook.on(day)
    found = [(ref, rules.version(ref)) for ref in refs]
    return [ref for ref, ruled in found if ruled is not None and not ruled.binding]


def confirm(story: Story, refs: tuple[str, ...], day: date) -> None:
    """The operator confirms in writing each reading or provisional rule, one act each."""
    for ref in unconfirmed(story, refs, day):
        rule, _, since = ref.partition("@")
        act = ConfirmRule(
            rule=rule,
            since=date.fromisoformat(since),
            statement="示例运行机构书面确认，仅用于演示 / confirmed by the example operator for"
            " this demonstration only",
        )
        story.do(day, f"书面确认规则：{rule}", f"rule confirmed: {rule}", (REGISTRY_DESK, act))
