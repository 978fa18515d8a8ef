"""The third log: run by the operator of the policy base, apart from registry and exchange."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from openccer.app.acts import EXCHANGE, LOGS, POLICY, REGISTRY, Act
from openccer.app.entry import Request
from openccer.app.facade import App, Receipt
from openccer.app.proofs import Prover, sign_logs, signers
from openccer.app.reviews import digest_of, reviews_on
from openccer.kernel.ids import ActId, ActorId, Digest
from openccer.kernel.outcome import Refused
from openccer.mandate.model import GrantRole, OpenLog, Role
from openccer.policy.review_model import (
    FilePolicyRecord,
    OpenPolicyReview,
    PolicyId,
    ReviewState,
    VerifyPolicyRecord,
)
from openccer.proof.check import check
from small_world import (
    TRADING,
    WIND,
    assert_whole,
    clock,
    copy_of,
    credits_world,
    new_app,
    to_exchange,
)

ROOT = Path(__file__).parents[2]
DESK, ANN, BEN = (ActorId(name) for name in ("policy-desk", "ann", "ben"))
ID = PolicyId("measures")
ZH, AUDIT = Digest("1" * 64), Digest("2" * 64)
FIRST = date(2026, 3, 2)
OPENED = OpenLog(role=Role.POLICY_OPERATOR, name_zh="示例", name_en="example", administrator=DESK)
FILED = FilePolicyRecord(record=ID, zh_digest=ZH, en_digest=None)
TO_REVIEW = OpenPolicyReview(record=ID, zh_digest=ZH, en_digest=None)
VERIFIED = VerifyPolicyRecord(
    record=ID,
    zh_digest=ZH,
    en_digest=None,
    statement="read against the text",
    audit_digest=AUDIT,
    errors=0,
)


def asked(who: ActorId, act: Act, name: str, day: date = FIRST, log: str = POLICY) -> Request:
    return Request(log=log, act=act, act_id=ActId(name), actor=who, day=day)


def grant(who: ActorId, role: Role) -> Request:
    act = GrantRole(grantee=who, role=role, subject=None)
    return asked(DESK, act, f"grant-{who}-{role.value}")


STEPS = (
    asked(DESK, OPENED, "open"),
    grant(ANN, Role.POLICY_EDITOR),
    grant(BEN, Role.POLICY_REVIEWER),
    asked(ANN, FILED, "file"),
    asked(ANN, TO_REVIEW, "to-review", FIRST + timedelta(days=1)),
    asked(BEN, VERIFIED, "verify", FIRST + timedelta(days=2)),
)


def submitted(app: App, request: Request) -> Receipt | Refused:
    return app.submit(request, now=clock(TRADING, 10))


def reviewed(app: App) -> App:
    for request in STEPS:
        assert isinstance(submitted(app, request), Receipt)
    return app


def codes(app: App, request: Request) -> tuple[str, ...]:
    answer = submitted(app, request)
    assert isinstance(answer, Refused)
    return answer.codes


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A database of registry and exchange, as it was before there was a policy base."""
    app = new_app(tmp_path_factory.mktemp("policy") / "world.db")
    credits_world(app, 100)
    yield app
    app.store.close()


@pytest.fixture
def app(before: App, tmp_path: Path) -> Iterator[App]:
    app = copy_of(before, tmp_path / "file.db")
    yield app
    app.store.close()


def test_a_database_from_before_takes_the_policy_log_and_its_other_logs_stay_as_they_are(
    app: App,
) -> None:
    others = {log: list(app.store.entries(log)) for log in (REGISTRY, EXCHANGE)}
    reviewed(app)
    assert app.store.size(POLICY) == len(STEPS)
    assert {log: list(app.store.entries(log)) for log in others} == others
    assert_whole(app)


def test_a_rebuild_of_all_three_logs_gives_the_same_tables(app: App) -> None:
    reviewed(app)
    tables, moved = app.store.everything(), app.store.all_movements()
    assert app.rebuild() == {log: app.store.size(log) for log in LOGS}
    assert app.store.everything() == tables
    assert app.store.all_movements() == moved
    assert app.check() == []


def test_acts_of_registry_and_exchange_are_linked_as_before(app: App) -> None:
    reviewed(app)
    (who, there), (desk, here) = to_exchange(WIND, 7)
    pair = [
        asked(who, there, "m", TRADING, REGISTRY),
        asked(desk, here, "m", TRADING, EXCHANGE),
    ]
    answer = app.submit_linked(pair, now=clock(TRADING, 11))
    assert [receipt.log for receipt in answer] == [REGISTRY, EXCHANGE]  # type: ignore[union-attr]
    assert_whole(app)


def test_the_log_of_an_earlier_day_gives_the_state_of_that_day(app: App) -> None:
    reviewed(app)
    states = [
        {
            key: found.state
            for key, found in reviews_on(app.store, FIRST + timedelta(days=n)).items()
        }
        for n in (-1, 0, 1, 2)
    ]
    wanted = (ReviewState.DRAFT, ReviewState.IN_REVIEW, ReviewState.VERIFIED)
    assert states == [{}, *({ID: state} for state in wanted)]


# --- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.REGISTRY_OPERATOR, Role.EXCHANGE_OPERATOR])
def test_only_the_operator_of_the_policy_base_opens_its_log(role: Role) -> None:
    request = replace(STEPS[0], act=replace(OPENED, role=role))
    assert codes(new_app(), request) == ("role-of-another-log",)


@pytest.mark.parametrize("log", [REGISTRY, EXCHANGE])
def test_the_operator_of_the_policy_base_opens_no_other_log(log: str) -> None:
    assert codes(new_app(), replace(STEPS[0], log=log)) == ("role-of-another-log",)


def test_a_policy_record_is_filed_in_no_other_log(app: App) -> None:
    assert codes(app, asked(ANN, FILED, "file", log=REGISTRY)) == ("wrong-log",)


def test_editors_do_not_verify_and_reviewers_do_not_file() -> None:
    app = new_app()
    for request in STEPS[:5]:
        assert isinstance(submitted(app, request), Receipt)
    assert codes(app, asked(ANN, VERIFIED, "v", STEPS[5].day)) == (
        "not-authorised",
        "policy-record-own-work",
    )
    other = replace(FILED, en_digest=ZH)
    assert codes(app, asked(BEN, other, "f", STEPS[5].day)) == ("not-authorised",)


def test_one_person_with_both_roles_is_still_one_person() -> None:
    app = new_app()
    for request in (*STEPS[:5], grant(ANN, Role.POLICY_REVIEWER)):
        assert isinstance(submitted(app, request), Receipt)
    request = asked(ANN, VERIFIED, "v", STEPS[5].day)
    assert codes(app, request) == ("policy-record-own-work",)


@pytest.mark.parametrize("role", [Role.POLICY_EDITOR, Role.POLICY_REVIEWER, Role.POLICY_OPERATOR])
def test_the_roles_of_the_policy_base_are_offices_without_a_subject(role: Role) -> None:
    app = new_app()
    assert isinstance(submitted(app, STEPS[0]), Receipt)
    act = GrantRole(grantee=ANN, role=role, subject="measures")
    assert codes(app, asked(DESK, act, "g")) == ("role-subject-mismatch",)


def test_a_key_is_made_only_for_a_log_that_is_asked_for(tmp_path: Path) -> None:
    signers(tmp_path, lambda size: bytes(size), (POLICY,))
    assert [path.name for path in tmp_path.iterdir()] == ["policy.seed"]


# --- its proof ----------------------------------------------------------------------------------


def test_the_three_logs_are_exported_and_both_verifiers_accept_them(
    app: App, tmp_path: Path
) -> None:
    reviewed(app)
    keys = signers(tmp_path / "keys", lambda size: bytes(range(size)))
    assert set(sign_logs(app.store, keys)) == set(LOGS)
    raw = Prover(app.store, keys).bundle(evidence=())
    assert check(raw, trusted_keys={log: key.vkey for log, key in keys.items()}).ok
    file = tmp_path / "logs.json"
    file.write_bytes(raw)
    trusted = [part for log in LOGS for part in ("--key", f"{log}={keys[log].vkey}")]
    command = [sys.executable, str(ROOT / "tools" / "verify.py"), str(file), *trusted]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_policy_log_is_proved_alone_with_the_document_that_it_names(tmp_path: Path) -> None:
    app = reviewed(new_app())
    text = "办法第十九条"
    act = replace(FILED, zh_digest=digest_of(text.encode()))
    assert isinstance(submitted(app, asked(ANN, act, "edit", STEPS[5].day)), Receipt)
    keys = signers(tmp_path / "keys", lambda size: bytes(range(size)))
    sign_logs(app.store, keys)
    raw = Prover(app.store, keys).bundle(evidence=[text])
    assert b'"name":"zh.txt"' in raw
    assert check(raw, trusted_keys={}).ok
