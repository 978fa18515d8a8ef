"""The SQLite store: one file, one writer, one transaction for whatever is committed together."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from openccer.kernel import canonical
from openccer.kernel.ids import AccountId, BatchId, InstrumentId
from openccer.kernel.state import Key, Record
from openccer.ledger.amounts import Amount
from openccer.ledger.blocks import KEPT, Block, Bucket, Holding, Movement, Place, joined
from openccer.store import schema

HEAD = "0001"  # the newest file in migrations/versions

PAGE = 1_000  # entries read at once

LogKey = tuple[str, Key]
R = TypeVar("R", bound=Record)

_FIND = (
    "SELECT log.log, log.act_id, log.entry FROM json_each(?) AS asked JOIN log"
    " ON log.log = asked.value ->> 0 AND log.act_id = asked.value ->> 1"
)
_RECORDS = (
    "SELECT record.log, record.kind, record.id, record.body FROM json_each(?) AS asked JOIN record"
    " ON record.log = asked.value ->> 0 AND record.kind = asked.value ->> 1"
    " AND record.id = asked.value ->> 2"
)
_HOLDINGS = (
    "SELECT account || '/' || instrument, bucket, batch, first, last"
    " FROM json_each(?) AS asked JOIN holding"
    " ON account = asked.value ->> 0 AND instrument = asked.value ->> 1"
)
_AMOUNTS = (
    "SELECT account, asset, available, locked FROM json_each(?) AS asked JOIN amount"
    " ON account = asked.value ->> 0 AND asset = asked.value ->> 1"
)
_SAVE_RECORD = (
    "INSERT INTO record VALUES (?, ?, ?, ?)"
    " ON CONFLICT (log, kind, id) DO UPDATE SET body = excluded.body"
)
_SAVE_AMOUNT = (
    "INSERT INTO amount VALUES (?, ?, ?, ?) ON CONFLICT (account, asset)"
    " DO UPDATE SET available = excluded.available, locked = excluded.locked"
)
_SAVE_FOLDED = (
    "INSERT INTO folded VALUES (?, ?, ?)"
    " ON CONFLICT (log) DO UPDATE SET size = excluded.size, version = excluded.version"
)


class StoreTrouble(Exception):
    """The file is not a store, or is damaged. The message says what to do."""


class SqliteStore:
    """The logs and their fold in one SQLite file; `kinds` are the record types by their kind.

    With `content` it begins as a copy of another store, whole, and replaces what was at the path.
    """

    def __init__(
        self,
        path: str | Path,
        kinds: Mapping[str, type[Record]],
        content: "SqliteStore | None" = None,
    ) -> None:
        self._kinds = kinds
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(
                str(path), isolation_level=None, timeout=30, check_same_thread=False
            )
            self._refuse_what_is_not_ours(str(path))
            if content is not None:
                content._db.backup(self._db)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            # Otherwise INSERT OR REPLACE deletes a row of the log without asking its trigger.
            self._db.execute("PRAGMA recursive_triggers = ON")
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("PRAGMA user_version = 0")  # a file that may only be read fails now
            self._db.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise StoreTrouble(
                f"{path} cannot be opened as a database ({error}); give a file made by this"
                " program, or the name of a new one, in a folder you may write to"
            ) from error
        self.engine: Engine = create_engine(
            "sqlite://", creator=lambda: self._db, poolclass=StaticPool
        )
        event.listen(self.engine, "begin", _begin)
        self._migrate()

    # --- schema ---------------------------------------------------------------------------------

    def _refuse_what_is_not_ours(self, path: str) -> None:
        """Before anything is changed: no tables at all, or ours, and not of a later version."""
        tables = {row[0] for row in self._db.execute("SELECT name FROM sqlite_master")}
        if tables and not {"alembic_version", "log"} <= tables:
            raise StoreTrouble(
                f"{path} is a database of another program; give another file or a new name"
            )
        if (self._version() or "") > HEAD:
            raise StoreTrouble(
                f"{path} was written by a later version of this program; update the program"
            )

    def _version(self) -> str | None:
        known = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if self._db.execute(known).fetchone() is None:
            return None
        row = self._db.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])

    def _migrate(self) -> None:
        if self._version() != HEAD:
            self._run_migrations()
        if self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'folded'").fetchone() is None:
            with self.write():
                self.make_fold_tables()

    def _run_migrations(self) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", "openccer.store:migrations")
        config.set_main_option("path_separator", "os")
        with self._lock, self.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def make_fold_tables(self) -> None:
        """Drop the fold and make its tables anew, empty. Inside a write."""
        for table in reversed(schema.fold.sorted_tables):
            self._db.execute(str(DropTable(table, if_exists=True).compile(self.engine)))
        for table in schema.fold.sorted_tables:
            self._db.execute(str(CreateTable(table).compile(self.engine)).rstrip() + " STRICT")
            for index in table.indexes:
                self._db.execute(str(CreateIndex(index).compile(self.engine)))
        self._db.execute(schema.NO_OVERLAP)
        self._db.execute(schema.NO_CHANGE)

    # --- transactions ---------------------------------------------------------------------------

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction; the write lock is taken before anything is read. Errors roll back."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A SQLAlchemy connection for queries; nothing is written through it."""
        with self._lock, self.engine.connect() as connection:
            assert not self._db.in_transaction, "a query in the middle of a write would undo it"
            yield connection

    def trace(self, callback: Callable[[str], None] | None) -> None:
        """Call back before every SQL statement: how the crash test finds its points."""
        self._db.set_trace_callback(callback)

    def close(self) -> None:
        self.engine.dispose()
        self._db.close()

    # --- the posting path: raw SQL, one statement per table and commit ----------------------------

    def size(self, log: str) -> int:
        newest = self._rows("SELECT max(seq) FROM log WHERE log = ?", log)[0][0]
        return 0 if newest is None else int(newest) + 1

    def find(self, asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """The stored entries of these (log, act id)."""
        rows = self._db.execute(_FIND, (json.dumps(list(asked)),))
        return {(log, act_id): entry for log, act_id, entry in rows}

    def load(self, keys: Iterable[LogKey]) -> dict[LogKey, Record | None]:
        """What is so for each declared key; None where there is nothing."""
        found: dict[LogKey, Record | None] = {key: None for key in keys}
        plain = [(log, kind.KIND, id_) for log, (kind, id_) in found]
        rows = self._db.execute(_RECORDS, (json.dumps(plain),))
        for log, kind, id_, body in rows:
            found[log, (self._kinds[kind], id_)] = canonical.decode(
                self._kinds[kind], json.loads(body)
            )
        found.update(self._load_holdings(found))
        found.update(self._load_amounts(found))
        return found

    def record(self, log: str, kind: type[R], key: str) -> R | None:
        """One record as the tables have it."""
        found = self.load([(log, (kind, str(key)))])[log, (kind, str(key))]
        assert found is None or isinstance(found, kind)
        return found

    def _load_holdings(self, keys: Mapping[LogKey, object]) -> dict[LogKey, Record | None]:
        homes = {id_: log for log, (kind, id_) in keys if kind is Holding}
        rows = self._db.execute(_HOLDINGS, (json.dumps([id_.split("/") for id_ in homes]),))
        blocks: dict[str, list[tuple[str, Block]]] = {}
        for id_, bucket, batch, first, last in rows:
            blocks.setdefault(id_, []).append((bucket, Block(BatchId(batch), first, last)))
        return {(homes[id_], (Holding, id_)): _holding(id_, found) for id_, found in blocks.items()}

    def _load_amounts(self, keys: Mapping[LogKey, object]) -> dict[LogKey, Record | None]:
        homes = {id_: log for log, (kind, id_) in keys if kind is Amount}
        rows = self._db.execute(_AMOUNTS, (json.dumps([id_.split("/") for id_ in homes]),))
        found = (
            Amount(account=AccountId(account), asset=asset, available=available, locked=locked)
            for account, asset, available, locked in rows
        )
        return {(homes[amount.key], (Amount, amount.key)): amount for amount in found}

    def append(self, rows: Sequence[tuple[str, int, str, bytes]]) -> None:
        """New entries: log, seq, act id, bytes. These bytes are what is hashed."""
        self._db.executemany("INSERT INTO log VALUES (?, ?, ?, ?)", rows)

    def save(
        self,
        changed: Mapping[LogKey, Record],
        movements: Sequence[tuple[int, int, Movement]],
        sizes: Mapping[str, int],
    ) -> None:
        """The fold after the new entries: changed records, new movements, how far it is folded."""
        holdings = [record for record in changed.values() if isinstance(record, Holding)]
        amounts = [record for record in changed.values() if isinstance(record, Amount)]
        others = [
            (log, kind.KIND, id_, canonical.encode(record).decode())
            for (log, (kind, id_)), record in changed.items()
            if kind not in (Holding, Amount)
        ]
        self._db.executemany(_SAVE_RECORD, others)
        self._save_holdings(holdings)
        self._db.executemany(
            _SAVE_AMOUNT, [(a.account, a.asset, a.available, a.locked) for a in amounts]
        )
        self._db.executemany(
            "INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_movement_row(seq, n, movement) for seq, n, movement in movements],
        )
        self._db.executemany(
            _SAVE_FOLDED, [(log, size, schema.FOLD_VERSION) for log, size in sizes.items()]
        )

    def _save_holdings(self, holdings: Sequence[Holding]) -> None:
        # All old rows go before any new one comes: a block may pass from one account to another.
        self._db.executemany(
            "DELETE FROM holding WHERE account = ? AND instrument = ?",
            [(holding.account, holding.instrument) for holding in holdings],
        )
        self._db.executemany(
            "INSERT INTO holding (batch, first, last, account, instrument, bucket)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (block.batch, block.first, block.last, holding.account, holding.instrument, bucket)
                for holding in holdings
                for bucket in KEPT
                for block in holding.blocks(bucket)
            ],
        )

    # --- reading, from any thread: never the half of a transaction ------------------------------

    def _rows(self, sql: str, *given: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, given).fetchall()

    def entries(self, log: str, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """Stored entries in order, from `first` to before `last`."""
        end = 2**62 if last is None else last
        page = "SELECT seq, entry FROM log WHERE log = ? AND seq >= ? AND seq < ? ORDER BY seq"
        while rows := self._rows(f"{page} LIMIT {PAGE}", log, first, end):
            yield from (entry for _, entry in rows)
            first = rows[-1][0] + 1

    def everything(self) -> dict[LogKey, Record]:
        """Every record of the fold, as the tables have it."""
        with self._lock:
            rows = self._rows("SELECT log, kind, id FROM record")
            keys: list[LogKey] = [(log, (self._kinds[kind], id_)) for log, kind, id_ in rows]
            pairs = self._rows("SELECT DISTINCT account, instrument FROM holding")
            keys += [("registry", (Holding, f"{account}/{item}")) for account, item in pairs]
            pairs = self._rows("SELECT account, asset FROM amount")
            keys += [("exchange", (Amount, f"{account}/{asset}")) for account, asset in pairs]
            return {key: record for key, record in self.load(keys).items() if record is not None}

    def all_movements(self) -> dict[tuple[int, int], Movement]:
        """Every movement of credits, as the table has it, by entry and place in it."""
        rows = self._rows(
            "SELECT seq, n, batch, first, last, debit_account, debit_bucket, credit_account,"
            " credit_bucket, why FROM movement"
        )
        return {(row[0], row[1]): _movement(*row[2:]) for row in rows}

    def folded(self) -> dict[str, tuple[int, int]]:
        """How far each log is folded, and by which version of the fold."""
        rows = self._rows("SELECT log, size, version FROM folded")
        return {log: (size, version) for log, size, version in rows}

    def logs(self) -> list[str]:
        return [row[0] for row in self._rows("SELECT DISTINCT log FROM log ORDER BY log")]

    def add_evidence(self, digest: str, name: str, content: bytes) -> None:
        """Keep a document under its digest; the same document twice is one."""
        self._rows(
            "INSERT INTO evidence VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING",
            digest,
            name,
            content,
        )

    def evidence(self, digest: str) -> tuple[str, bytes] | None:
        rows = self._rows("SELECT name, content FROM evidence WHERE digest = ?", digest)
        return (rows[0][0], rows[0][1]) if rows else None

    def documents(self, beginning: str) -> list[tuple[str, str, int]]:
        """Digest, name and bytes of every kept document whose name begins so, by name."""
        kept = "SELECT digest, name, length(content) FROM evidence"
        rows = self._rows(
            f"{kept} WHERE substr(name, 1, ?) = ? ORDER BY name, digest", len(beginning), beginning
        )
        return [(digest, name, size) for digest, name, size in rows]

    def add_checkpoint(self, log: str, size: int, note: str) -> None:
        self._rows(
            "INSERT INTO checkpoint VALUES (?, ?, ?) ON CONFLICT (log, size) DO NOTHING",
            log,
            size,
            note,
        )

    def checkpoints(self, log: str) -> list[tuple[int, str]]:
        """Signed statements of the log, smallest first."""
        rows = self._rows("SELECT size, note FROM checkpoint WHERE log = ? ORDER BY size", log)
        return [(size, note) for size, note in rows]


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")  # the driver is told to begin nothing by itself


def _holding(id_: str, blocks: Iterable[tuple[str, Block]]) -> Holding:
    account, instrument = id_.split("/")
    by_bucket: dict[str, list[Block]] = {}
    for bucket, block in blocks:
        by_bucket.setdefault(bucket, []).append(block)
    return Holding(
        account=AccountId(account),
        instrument=InstrumentId(instrument),
        **{bucket.value: joined(by_bucket.get(bucket.value, [])) for bucket in KEPT},
    )


def _movement(
    batch: str,
    first: int,
    last: int,
    debit: str,
    debit_bucket: str,
    credit: str,
    credit_bucket: str,
    why: str,
) -> Movement:
    return Movement(
        debit=Place(AccountId(debit), Bucket(debit_bucket)),
        credit=Place(AccountId(credit), Bucket(credit_bucket)),
        block=Block(BatchId(batch), first, last),
        why=why,
    )


def _movement_row(seq: int, n: int, movement: Movement) -> tuple[Any, ...]:
    debit, credit, block = movement.debit, movement.credit, movement.block
    places = (debit.account, debit.bucket, credit.account, credit.bucket)
    return (seq, n, block.batch, block.first, block.last, *places, movement.why)
