"""The one door. Every act comes through `submit`; nothing else writes to a log.

Callers in many threads share one sequencer: whoever gets the turn commits everything that is
queued as one transaction, so each caller waits for the commit its act was in, and for no other.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from openccer.app import acts, approval
from openccer.app.authority import SAME_ACT, authorise, in_its_place, linked_grounds
from openccer.app.entry import Entry, Link, Request, read
from openccer.app.fold import Everything, has_a_row, numbered
from openccer.kernel import canonical
from openccer.kernel.calendar import YearNotAnnounced
from openccer.kernel.ids import ActId
from openccer.kernel.outcome import Fact, Grounds, HouseRule, Outcome, Reason, Refused
from openccer.kernel.state import Context, Key, Record, State
from openccer.ledger.blocks import Movement
from openccer.mandate.model import ONLY, Actor, Confirmations, Operator
from openccer.rulebook.model import Rulebook, RuleGap
from openccer.store.schema import FOLD_VERSION
from openccer.store.sqlite import LogKey, SqliteStore, StoreTrouble

NO_LAW = HouseRule("nothing is decided on a day that no rule covers")
ANNOUNCED = HouseRule("working days are known only for years the State Council has announced")
RIGHT_LOG = HouseRule("an act stands in the log of the operator it belongs to")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the act is: its log and seq are what an inclusion proof is asked for."""

    log: str
    seq: int
    act_id: ActId
    events: tuple[acts.Event, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen; nothing was recorded."""

    events: tuple[acts.Event, ...]


Answer = tuple[Receipt, ...] | tuple[Preview, ...] | Refused


@dataclass(slots=True)
class _Ticket:
    """Requests that succeed or fail together, waiting for their turn."""

    requests: tuple[Request, ...]
    now: datetime
    preview: bool
    answer: Answer | None = None
    trouble: BaseException | None = None


@dataclass(slots=True)
class _Work:
    """One transaction in the making."""

    states: dict[str, State]
    sizes: dict[str, int]
    seen: dict[tuple[str, str], bytes]
    rows: list[tuple[str, int, str, bytes]] = field(default_factory=list)
    movements: list[tuple[int, int, Movement]] = field(default_factory=list)
    answers: list[tuple[_Ticket, Answer]] = field(default_factory=list)


class App:
    """A store, a rulebook, and the door between them and the world."""

    def __init__(self, store: SqliteStore, rulebook: Rulebook) -> None:
        self.store = store
        self.rulebook = rulebook
        self._queue: list[_Ticket] = []
        self._turn = threading.Condition()
        self._serving = False
        self._catch_up()

    # --- asking ---------------------------------------------------------------------------------

    def submit(self, request: Request, *, now: datetime) -> Receipt | Refused:
        """Decide one act and, if it is accepted, record it. All of it happens, or none of it."""
        return self.submit_many([request], now=now)[0]

    def submit_many(self, requests: Sequence[Request], *, now: datetime) -> list[Receipt | Refused]:
        """Many acts, one transaction; a refusal does not stop the others. Answers in order."""
        tickets = [_Ticket((request,), now, preview=False) for request in requests]
        self._wait_for(tickets)
        return [_one(ticket) for ticket in tickets]

    def submit_linked(
        self, requests: Sequence[Request], *, now: datetime
    ) -> tuple[Receipt, ...] | Refused:
        """Acts of one or more logs that all happen or none; every ground of all of them."""
        ticket = _Ticket(tuple(requests), now, preview=False)
        self._wait_for([ticket])
        assert ticket.answer is not None
        return ticket.answer  # type: ignore[return-value]

    def preview(
        self, requests: Sequence[Request], *, now: datetime
    ) -> tuple[Preview, ...] | Refused:
        """The same path, and nothing kept."""
        ticket = _Ticket(tuple(requests), now, preview=True)
        self._wait_for([ticket])
        assert ticket.answer is not None
        return ticket.answer  # type: ignore[return-value]

    def confirmed(self, log: str) -> frozenset[str]:
        """The rule versions that the operator of this log has confirmed in writing."""
        key: LogKey = (log, (Confirmations, ONLY))
        found = self.store.load([key])[key]
        return frozenset(found.refs) if isinstance(found, Confirmations) else frozenset()

    # --- the sequencer --------------------------------------------------------------------------

    def _wait_for(self, tickets: Sequence[_Ticket]) -> None:
        with self._turn:
            self._queue.extend(tickets)
        while waiting := self._next_for(tickets):
            try:
                self._serve_all(waiting)
            finally:
                with self._turn:
                    self._serving = False
                    self._turn.notify_all()
        for ticket in tickets:
            if ticket.trouble is not None:
                raise ticket.trouble

    def _next_for(self, tickets: Sequence[_Ticket]) -> list[_Ticket]:
        """Everything that is queued, if it is our turn to serve; nothing once we are answered."""
        with self._turn:
            self._turn.wait_for(lambda: not self._serving or _served(tickets))
            if _served(tickets):
                return []
            self._serving = True
            waiting, self._queue = self._queue, []
            return waiting

    def _serve_all(self, waiting: Sequence[_Ticket]) -> None:
        try:
            self._commit(waiting)
        except BaseException as error:
            if len(waiting) == 1 or not isinstance(error, Exception):
                for ticket in waiting:
                    ticket.trouble = error
                return
            # One of many broke the transaction: each alone, so that only the guilty one fails.
            for ticket in waiting:
                try:
                    self._commit([ticket])
                except Exception as alone:
                    ticket.trouble = alone

    def _commit(self, tickets: Sequence[_Ticket]) -> None:
        with self.store.write():
            work = self._begin(tickets)
            before = dict(work.states)
            for ticket in tickets:
                work.answers.append((ticket, self._serve(work, ticket)))
            if work.rows:
                self.store.append(work.rows)
                changed = _changed(before, work.states)
                written = {log for log, *_ in work.rows}
                sizes = {log: work.sizes[log] for log in written}
                self.store.save(changed, work.movements, sizes)
        for ticket, answer in work.answers:  # only now is it so
            ticket.answer = answer

    def _begin(self, tickets: Sequence[_Ticket]) -> _Work:
        requests = [request for ticket in tickets for request in ticket.requests]
        keys = {(request.log, key) for request in requests for key in _declared(request)}
        loaded = self.store.load(keys)
        logs = {request.log for request in requests}
        return _Work(
            states={
                log: State({key: loaded[home, key] for home, key in keys if home == log})
                for log in logs
            },
            sizes={log: self.store.size(log) for log in logs},
            seen=self.store.find(
                (request.log, act_id) for request in requests for act_id in approval.ids(request)
            ),
        )

    def _serve(self, work: _Work, ticket: _Ticket) -> Answer:
        again = _answer_again(work, ticket)
        if again is not None:
            return again
        reasons: list[Reason] = linked_grounds(ticket.requests)
        reasons.extend(_ids_to_be(work, ticket))
        states, accepted = dict(work.states), []
        for request in ticket.requests:
            outcome = self._decide(states, request, ticket.now)
            if isinstance(outcome, Refused):
                reasons.extend(outcome.reasons)
                continue
            accepted.append((request, outcome.events))
            if not reasons:
                states[request.log] = _fold(states[request.log], request, outcome.events)
        if reasons:
            return Refused(tuple(reasons))
        if ticket.preview:
            return tuple(Preview(events) for _, events in accepted)
        work.states = states
        return tuple(self._record(work, ticket, request, events) for request, events in accepted)

    def _decide(
        self, states: dict[str, State], request: Request, now: datetime
    ) -> Outcome[acts.Event]:
        kind = acts.KIND_OF[type(approval.subject_of(request.act))]
        if request.log not in kind.logs:
            facts = {"log": request.log, "belongs_to": ", ".join(kind.logs)}
            return Refused((Reason(code="wrong-log", cites=(RIGHT_LOG,), facts=facts),))
        state = states[request.log]
        grounds = Grounds()
        authorise(grounds, state, kind, request)
        in_its_place(grounds, kind, request, now)
        confirmed = state.get(Confirmations, ONLY)
        refs = frozenset(confirmed.refs if confirmed else ())
        rules = self.rulebook.on(request.day, refs)
        context = Context(request.act_id, request.actor, request.day, now)
        try:
            outcome = approval.decide(state, request.act, rules, context)
        except RuleGap as gap:
            facts = {"rule": gap.rule, "day": gap.day.isoformat()}
            grounds.add(Reason(code="no-rule-in-force", cites=(NO_LAW,), facts=facts))
            return grounds.refused()
        except YearNotAnnounced as unknown:
            known: dict[str, Fact] = {"year": unknown.year, "day": request.day.isoformat()}
            grounds.add(Reason(code="year-not-announced", cites=(ANNOUNCED,), facts=known))
            return grounds.refused()
        if isinstance(outcome, Refused):
            grounds.add(*outcome.reasons)
        return grounds.refused() if grounds else outcome

    def _record(
        self,
        work: _Work,
        ticket: _Ticket,
        request: Request,
        events: tuple[acts.Event, ...],
    ) -> Receipt:
        seq = work.sizes[request.log]
        others = (other for other in ticket.requests if other is not request)
        entry = Entry(
            log=request.log,
            seq=seq,
            act_id=request.act_id,
            actor=request.actor,
            day=request.day,
            rulebook=self.rulebook.digest,
            recorded_at=ticket.now,
            linked=tuple(Link(log=other.log, act_id=other.act_id) for other in others),
            act=request.act,
            events=events,
        )
        raw = canonical.encode(entry)
        work.sizes[request.log] = seq + 1
        work.rows.append((request.log, seq, request.act_id, raw))
        work.movements.extend(numbered(seq, events))
        work.seen[request.log, request.act_id] = raw
        return Receipt(request.log, seq, request.act_id, events)

    # --- the fold -------------------------------------------------------------------------------

    def fold(self) -> tuple[dict[LogKey, Record], list[tuple[int, int, Movement]], dict[str, int]]:
        """Every record, every movement and every size, from the logs alone."""
        records: dict[LogKey, Record] = {}
        movements: list[tuple[int, int, Movement]] = []
        sizes: dict[str, int] = {}
        for log in self.store.logs():
            state = Everything()
            for raw in self.store.entries(log):
                entry = read(raw)
                if entry.seq != sizes.get(log, 0):
                    raise StoreTrouble(f"the {log} log has a hole before entry {entry.seq}")
                for event in entry.events:
                    acts.apply(state, event)
                movements.extend(numbered(entry.seq, entry.events))
                sizes[log] = entry.seq + 1
            found = state.records()
            records.update({(log, key): record for key, record in found if has_a_row(record)})
        return records, movements, sizes

    def rebuild(self) -> dict[str, int]:
        """Drop every table but the logs, and fold them again. Sizes by log."""
        with self.store.write():
            self.store.make_fold_tables()
            records, movements, sizes = self.fold()
            self.store.save(records, movements, sizes)
        return sizes

    def check(self) -> list[str]:
        """Where the tables differ from the fold of the logs; empty when they are equal."""
        records, movements, sizes = self.fold()
        stored, moved = self.store.everything(), self.store.all_movements()
        keys = sorted(records.keys() | stored.keys(), key=lambda key: (key[0], str(key[1])))
        wrong = [
            f"{log} {kind.KIND} {id_}: log {records.get((log, (kind, id_)))},"
            f" table {stored.get((log, (kind, id_)))}"
            for log, (kind, id_) in keys
            if records.get((log, (kind, id_))) != stored.get((log, (kind, id_)))
        ]
        if moved != {(seq, n): move for seq, n, move in movements}:
            wrong.append("movements")
        folded = {log: size for log, (size, _) in self.store.folded().items()}
        return wrong if folded == sizes else [*wrong, f"folded: log {sizes}, table {folded}"]

    def _catch_up(self) -> None:
        """Fold again when the tables are of another version or lag behind the logs."""
        folded = self.store.folded()
        for log, (size, _) in folded.items():
            if size > self.store.size(log):
                raise StoreTrouble(
                    f"the tables know more than the {log} log: the log was cut; put back the file"
                    " from before it was cut"
                )
        now = {log: (self.store.size(log), FOLD_VERSION) for log in self.store.logs()}
        if not now or folded != now:
            self.rebuild()


def _served(tickets: Sequence[_Ticket]) -> bool:
    return all(ticket.answer is not None or ticket.trouble is not None for ticket in tickets)


def _one(ticket: _Ticket) -> Receipt | Refused:
    answer = ticket.answer
    assert answer is not None
    if isinstance(answer, Refused):
        return answer
    receipt = answer[0]
    assert isinstance(receipt, Receipt)
    return receipt


def _declared(request: Request) -> frozenset[Key]:
    """What the act declares, and what the door itself looks at."""
    door: frozenset[Key] = frozenset(
        {(Operator, ONLY), (Actor, request.actor), (Confirmations, ONLY)}
    )
    return approval.touches(request) | door


def _fold(state: State, request: Request, events: Iterable[acts.Event]) -> State:
    """The state after the events, which may change only what the act declared."""
    slice_ = state.only(approval.touches(request))
    for event in events:
        slice_ = acts.apply(slice_, event)
    return State({**state.loaded, **slice_.loaded})


def _changed(before: dict[str, State], after: dict[str, State]) -> dict[LogKey, Record]:
    return {
        (log, key): record
        for log, state in after.items()
        for key, record in state.loaded.items()
        if record is not None and record != before[log].loaded[key]
    }


def _ids_to_be(work: _Work, ticket: _Ticket) -> Iterator[Reason]:
    """Ground: under the id that is to approve a proposal something else was done before."""
    for request in ticket.requests:
        for act_id in approval.ids(request):
            if act_id != request.act_id and (request.log, act_id) in work.seen:
                yield Reason(code="act-id-reused", cites=(SAME_ACT,), facts={"act_id": act_id})


def _answer_again(work: _Work, ticket: _Ticket) -> Answer | None:
    """The first receipts for a repeated request; a refusal for a reused id; None when it is new."""
    known = [
        (request, read(work.seen[request.log, request.act_id]))
        for request in ticket.requests
        if (request.log, request.act_id) in work.seen
    ]
    if not known:
        return None
    same = len(known) == len(ticket.requests)
    if same and all(entry.same_request(request) for request, entry in known):
        return tuple(
            Receipt(entry.log, entry.seq, entry.act_id, entry.events) for _, entry in known
        )
    reused = ", ".join(request.act_id for request, _ in known)
    return Refused((Reason(code="act-id-reused", cites=(SAME_ACT,), facts={"act_id": reused}),))
