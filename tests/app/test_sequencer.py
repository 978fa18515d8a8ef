"""Many callers, one sequencer: who waits for what, what fails alone, what happens together.

The store is a file, as in life; the acts are proposals, each of which sets a tonne aside, and
payments.
"""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from openccer.app.acts import EXCHANGE, REGISTRY, Act
from openccer.app.approval import proposal_of
from openccer.app.entry import Request
from openccer.app.facade import App, Preview, Receipt
from openccer.kernel.ids import ActId, ActorId
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Fen, Tonnes
from openccer.ledger.blocks import Bucket, Holding
from openccer.market.acts import DepositCash
from small_world import (
    BANK,
    POWER,
    TRADING,
    UNIT,
    WIND,
    assert_whole,
    cancel,
    clock,
    copy_of,
    credits_world,
    desk,
    new_app,
    raw,
    request,
    second,
    to_exchange,
)

NOW = clock(TRADING)
HELD = 100
BOTH = (REGISTRY, EXCHANGE)


@pytest.fixture(scope="module")
def made() -> App:
    app = new_app()
    credits_world(app, HELD)
    return app


@pytest.fixture
def app(made: App, tmp_path: Path) -> Iterator[App]:
    app = copy_of(made, tmp_path / "file.db")
    yield app
    app.store.close()


def ask(actor: ActorId, act: Act, name: str) -> Request:
    return request(actor, act, name, TRADING)


def reservation(name: str, tonnes: int = 1) -> Request:
    """One person proposes to cancel so many tonnes, which are set aside."""
    wanted = ask(desk(WIND), cancel(WIND, tonnes), f"{name}-do")
    proposal = proposal_of(wanted, second(desk(WIND)))
    assert proposal is not None
    return replace(proposal, act_id=ActId(name))


def payment(name: str, fen: int = 5, reference: object = "example") -> Request:
    act = DepositCash(account=WIND, amount=Fen(fen), reference=reference)  # type: ignore[arg-type]
    return ask(BANK, act, name)


def beyond_its_type(fen: int) -> Request:
    """An amount the type would not make: a bug that only the table can stop."""
    asked = payment("bad")
    object.__setattr__(asked.act.amount, "count", fen)  # type: ignore[union-attr]
    return asked


def pair(name: str, there: int, here: int) -> tuple[Request, Request]:
    """A move to the exchange: what the registry says went, what the exchange says came."""
    (mover, move), _ = to_exchange(WIND, there)
    _, (receiver, receive) = to_exchange(WIND, here)
    return ask(mover, move, name), ask(receiver, receive, name)


def wind(app: App, bucket: Bucket) -> int:
    found = app.store.everything()[REGISTRY, (Holding, f"{WIND}/{UNIT}")]
    assert isinstance(found, Holding)
    return found.tonnes(bucket)


def dump(app: App) -> list[str]:
    """Everything in the database, as text."""
    return list(raw(app).iterdump())


def in_threads(app: App, requests: list[Request]) -> dict[str, Receipt | Refused | BaseException]:
    """Each request from a thread of its own, all let go at once; what each thread got."""
    answers: dict[str, Receipt | Refused | BaseException] = {}
    together = threading.Barrier(len(requests))

    def caller(one: Request) -> None:
        together.wait()
        try:
            answers[one.act_id] = app.submit(one, now=NOW)
        except BaseException as error:
            answers[one.act_id] = error

    threads = [threading.Thread(target=caller, args=(one,)) for one in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a caller waits for ever"
    return answers


# --- many callers -------------------------------------------------------------------------------


def test_sixty_four_callers_each_get_a_place_of_their_own(app: App) -> None:
    first = app.store.size(REGISTRY)
    answers = in_threads(app, [reservation(f"c-{n}") for n in range(64)])
    seqs = [answer.seq for answer in answers.values() if isinstance(answer, Receipt)]
    assert sorted(seqs) == list(range(first, first + 64))
    assert all(isinstance(a, Receipt) and a.act_id == name for name, a in answers.items())
    assert wind(app, Bucket.RESERVED) == 64
    assert_whole(app)


def test_more_callers_than_credits_are_served_to_the_last_tonne_and_no_further(app: App) -> None:
    answers = in_threads(app, [reservation(f"c-{n}", 3) for n in range(64)])
    refused = [answer for answer in answers.values() if isinstance(answer, Refused)]
    assert len(answers) - len(refused) == HELD // 3
    assert {answer.codes for answer in refused} == {("not-enough-credits",)}
    assert wind(app, Bucket.HELD) == HELD % 3
    assert_whole(app)


def test_callers_of_both_logs_share_one_sequencer(app: App) -> None:
    sizes = {log: app.store.size(log) for log in BOTH}
    mixed = [reservation(f"c-{n}") if n % 2 else payment(f"p-{n}") for n in range(64)]
    answers = in_threads(app, mixed)
    for log in BOTH:
        seqs = sorted(a.seq for a in answers.values() if isinstance(a, Receipt) and a.log == log)
        assert seqs == list(range(sizes[log], sizes[log] + 32))
    assert_whole(app)


def test_callers_who_wait_at_the_same_time_share_a_commit(app: App) -> None:
    """Who is answered leaves at once and asks again, so that the next commit is a full one."""
    commits: list[str] = []
    app.store.trace(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    together = threading.Barrier(32)

    def caller(name: int) -> None:
        together.wait()
        for turn in range(10):
            assert isinstance(app.submit(payment(f"p-{name}-{turn}"), now=NOW), Receipt)

    threads = [threading.Thread(target=caller, args=(name,)) for name in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    app.store.trace(None)
    assert app.store.size(EXCHANGE) > 320
    assert len(commits) < 320 // 3
    assert_whole(app)


BAD = {
    "cannot be written down": payment("bad", reference=0.5),
    "does not fit into the table": beyond_its_type(2**63),
    "is of no known kind": replace(payment("bad"), act=object()),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_one_bad_act_among_many_fails_alone(app: App, bad: Request) -> None:
    """A bug in one act raises for its caller; the others are served as if it had not come."""
    with pytest.raises((TypeError, OverflowError, KeyError)):
        app.submit(bad, now=NOW)
    answers = in_threads(app, [bad, *(payment(f"p-{n}") for n in range(63))])
    assert isinstance(answers.pop("bad"), TypeError | OverflowError | KeyError)
    assert all(isinstance(answer, Receipt) for answer in answers.values())
    assert_whole(app)


def test_a_bad_act_in_one_batch_does_not_undo_the_others(app: App) -> None:
    with pytest.raises(OverflowError):
        app.submit_many([payment("p-1"), BAD["does not fit into the table"]], now=NOW)
    size = app.store.size(EXCHANGE)
    again = app.submit(payment("p-1"), now=NOW)
    assert isinstance(again, Receipt)
    assert again.seq == size - 1
    assert_whole(app)


# --- one batch ----------------------------------------------------------------------------------


def test_a_refusal_does_not_stop_the_others(app: App) -> None:
    answers = app.submit_many(
        [reservation("c-1", 60), reservation("c-2", 41), reservation("c-3", 40)], now=NOW
    )
    assert [type(answer) for answer in answers] == [Receipt, Refused, Receipt]
    assert wind(app, Bucket.HELD) == 0
    assert_whole(app)


def test_an_act_of_a_batch_sees_what_the_act_before_it_did(app: App) -> None:
    answers = app.submit_many([reservation("c-1", HELD), reservation("c-2")], now=NOW)
    assert isinstance(answers[0], Receipt)
    assert isinstance(answers[1], Refused)
    assert dict(answers[1].reasons[0].facts)["have"] == 0


def test_the_same_act_twice_in_one_batch_is_done_once(app: App) -> None:
    first, again = app.submit_many([reservation("c"), reservation("c")], now=NOW)
    assert isinstance(first, Receipt)
    assert first == again
    assert wind(app, Bucket.RESERVED) == 1
    assert_whole(app)


def test_two_acts_of_one_id_in_one_batch_are_one_act_and_one_refusal(app: App) -> None:
    first, other = app.submit_many([reservation("c", 1), reservation("c", 2)], now=NOW)
    assert isinstance(first, Receipt)
    assert isinstance(other, Refused)
    assert other.codes == ("act-id-reused",)
    assert wind(app, Bucket.RESERVED) == 1


def test_one_id_may_stand_once_in_each_log(app: App) -> None:
    answers = app.submit_many([reservation("same"), payment("same")], now=NOW)
    assert all(isinstance(answer, Receipt) for answer in answers)


def test_an_empty_batch_is_answered_with_nothing(app: App) -> None:
    before = dump(app)
    assert app.submit_many([], now=NOW) == []
    assert app.submit_linked([], now=NOW) == ()
    assert dump(app) == before


# --- again --------------------------------------------------------------------------------------


def test_the_same_act_again_gets_the_first_receipt(app: App) -> None:
    first = app.submit(reservation("c"), now=NOW)
    before = dump(app)
    assert app.submit(reservation("c"), now=clock(TRADING, 14)) == first
    assert dump(app) == before


def test_the_first_receipt_comes_again_when_the_act_would_now_be_refused(app: App) -> None:
    first = app.submit(reservation("all", HELD), now=NOW)
    assert isinstance(first, Receipt)
    assert app.submit(reservation("all", HELD), now=NOW) == first


@pytest.mark.parametrize(
    "other",
    [
        reservation("c", 2),
        replace(reservation("c"), day=TRADING.replace(day=2)),
        replace(reservation("c"), actor=desk(POWER)),
    ],
    ids=["another amount", "another day", "another actor"],
)
def test_an_act_id_names_one_act_for_ever(app: App, other: Request) -> None:
    app.submit(reservation("c"), now=NOW)
    before = dump(app)
    answer = app.submit(other, now=NOW)
    assert isinstance(answer, Refused)
    assert answer.codes == ("act-id-reused",)
    assert dump(app) == before


def test_a_refused_act_leaves_its_id_free(app: App) -> None:
    assert isinstance(app.submit(reservation("c", HELD + 1), now=NOW), Refused)
    assert isinstance(app.submit(reservation("c", HELD), now=NOW), Receipt)


# --- together -----------------------------------------------------------------------------------


def test_linked_acts_stand_in_both_logs_and_name_each_other(app: App) -> None:
    answer = app.submit_linked(pair("m", 7, 7), now=NOW)
    assert [receipt.log for receipt in answer] == [REGISTRY, EXCHANGE]  # type: ignore[union-attr]
    newest = [list(app.store.entries(log))[-1] for log in BOTH]
    assert b'"linked":[{"act_id":"m","log":"exchange"}]' in newest[0]
    assert b'"linked":[{"act_id":"m","log":"registry"}]' in newest[1]
    assert_whole(app)


@pytest.mark.parametrize(
    ("there", "here", "codes"),
    [
        (7, 8, {"partner-missing"}),
        (HELD + 1, HELD + 1, {"not-enough-credits"}),
        (0, 0, {"amount-too-small"}),
    ],
    ids=["other terms", "too much", "nothing"],
)
def test_linked_acts_happen_together_or_not_at_all(
    app: App, there: int, here: int, codes: set[str]
) -> None:
    before = dump(app)
    answer = app.submit_linked(pair("m", there, here), now=NOW)
    assert isinstance(answer, Refused)
    assert set(answer.codes) == codes
    assert dump(app) == before


@pytest.mark.parametrize("side", [0, 1], ids=BOTH)
def test_half_of_a_pair_is_refused(app: App, side: int) -> None:
    before = dump(app)
    answer = app.submit(pair("m", 7, 7)[side], now=NOW)
    assert isinstance(answer, Refused)
    assert answer.codes == ("partner-missing",)
    assert dump(app) == before


def test_linked_acts_give_every_ground_of_all_of_them(app: App) -> None:
    there, here = pair("m", HELD + 1, 8)
    answer = app.submit_linked([there, replace(here, actor=BANK)], now=NOW)
    assert isinstance(answer, Refused)
    assert set(answer.codes) == {"partner-missing", "not-enough-credits", "not-authorised"}


def test_linked_acts_again_get_their_first_receipts(app: App) -> None:
    first = app.submit_linked(pair("m", 7, 7), now=NOW)
    assert app.submit_linked(pair("m", 7, 7), now=NOW) == first
    assert isinstance(first, tuple)
    assert app.submit(pair("m", 7, 7)[1], now=NOW) == first[1]
    assert_whole(app)


def test_one_of_a_recorded_pair_with_a_new_partner_is_refused(app: App) -> None:
    app.submit_linked(pair("m", 7, 7), now=NOW)
    here = replace(pair("n", 7, 7)[1], act_id=ActId("n"))
    answer = app.submit_linked([pair("m", 7, 7)[0], here], now=NOW)
    assert isinstance(answer, Refused)
    assert answer.codes == ("act-id-reused",)


def test_two_linked_acts_of_one_log_need_two_ids(app: App) -> None:
    before = dump(app)
    for two in ([payment("p", 1), payment("p", 2)], [payment("p"), payment("p")]):
        answer = app.submit_linked(two, now=NOW)
        assert isinstance(answer, Refused)
        assert answer.codes == ("act-id-reused",)
    assert dump(app) == before


# --- preview ------------------------------------------------------------------------------------


def test_a_preview_tells_what_would_happen_and_records_nothing(app: App) -> None:
    before = dump(app)
    told = app.preview(pair("m", 7, 7), now=NOW)
    assert dump(app) == before
    assert all(isinstance(one, Preview) for one in told)  # type: ignore[union-attr]
    done = app.submit_linked(pair("m", 7, 7), now=NOW)
    assert [one.events for one in told] == [one.events for one in done]  # type: ignore[union-attr]


def test_a_preview_of_a_refusal_gives_its_grounds(app: App) -> None:
    before = dump(app)
    told = app.preview([reservation("c", HELD + 1)], now=NOW)
    assert told == app.submit(reservation("c", HELD + 1), now=NOW)
    assert dump(app) == before


def test_previews_among_many_callers_leave_no_trace(app: App) -> None:
    """A preview in the same transaction as acts that are recorded is still only a preview."""
    stop, previews = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            previews.append(app.preview([reservation("look", HELD)], now=NOW))

    looker = threading.Thread(target=look)
    looker.start()
    answers = in_threads(app, [reservation(f"c-{n}", Tonnes(1).count) for n in range(32)])
    stop.set()
    looker.join()
    assert previews
    assert all(isinstance(answer, Receipt) for answer in answers.values())
    assert wind(app, Bucket.RESERVED) == 32
    assert_whole(app)
