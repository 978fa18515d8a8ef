"""The tables. `log`, `evidence` and `checkpoint` are kept and migrated; the rest is a fold."""

from sqlalchemy import (
    BLOB,
    CheckConstraint,
    Column,
    Computed,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

# Raised when a fold table changes: an older file is then folded again when it is opened.
FOLD_VERSION = 4

kept = MetaData()
fold = MetaData()

log = Table(
    "log",
    kept,
    Column("log", Text, primary_key=True),
    Column("seq", Integer, CheckConstraint("seq >= 0"), primary_key=True),
    Column("act_id", Text, nullable=False),
    Column("entry", BLOB, nullable=False),
    UniqueConstraint("log", "act_id", name="log_act_id"),
)

evidence = Table(
    "evidence",
    kept,
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("content", BLOB, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    kept,
    Column("log", Text, primary_key=True),
    Column("size", Integer, primary_key=True),
    Column("note", Text, nullable=False),
)

record = Table(
    "record",
    fold,
    Column("log", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

holding = Table(
    "holding",
    fold,
    Column("batch", Text, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("tonnes", Integer, Computed("last - first + 1", persisted=True)),
    Column("account", Text, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("bucket", Text, nullable=False),
    CheckConstraint("first >= 1 AND last >= first", name="holding_range"),
    CheckConstraint(
        "bucket IN ('held', 'exchange', 'reserved', 'frozen', 'cancelled')", name="holding_bucket"
    ),
    Index("holding_of", "account", "instrument"),
)

amount = Table(
    "amount",
    fold,
    Column("account", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("available", Integer, nullable=False),
    Column("locked", Integer, nullable=False),
    CheckConstraint("available >= 0 OR account = 'outside'", name="amount_available"),
    CheckConstraint("locked >= 0", name="amount_locked"),
)

movement = Table(
    "movement",
    fold,
    Column("seq", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("batch", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("debit_account", Text, nullable=False),
    Column("debit_bucket", Text, nullable=False),
    Column("credit_account", Text, nullable=False),
    Column("credit_bucket", Text, nullable=False),
    Column("why", Text, nullable=False),
    Index("movement_of", "batch", "first"),
)

folded = Table(
    "folded",
    fold,
    Column("log", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

APPEND_ONLY = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

# Rows of a batch never overlap, so the one that begins last before the new end decides.
NO_OVERLAP = """
CREATE TRIGGER holding_no_overlap BEFORE INSERT ON holding
WHEN (
  SELECT other.last FROM holding AS other
  WHERE other.batch = NEW.batch AND other.first <= NEW.last
  ORDER BY other.first DESC LIMIT 1
) >= NEW.first
BEGIN SELECT RAISE(ABORT, 'two blocks of a batch overlap'); END
"""

NO_CHANGE = """
CREATE TRIGGER holding_no_update BEFORE UPDATE ON holding
BEGIN SELECT RAISE(ABORT, 'a block is replaced, never changed'); END
"""
