"""The log, the evidence and the checkpoints."""

from alembic import op

from openccer.store.schema import APPEND_ONLY

revision = "0001"
down_revision = None

TABLES = (
    "CREATE TABLE log (log TEXT NOT NULL, seq INTEGER NOT NULL CHECK (seq >= 0),"
    " act_id TEXT NOT NULL, entry BLOB NOT NULL,"
    " PRIMARY KEY (log, seq), CONSTRAINT log_act_id UNIQUE (log, act_id)) STRICT, WITHOUT ROWID",
    "CREATE TABLE evidence (digest TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL,"
    " content BLOB NOT NULL) STRICT",
    "CREATE TABLE checkpoint (log TEXT NOT NULL, size INTEGER NOT NULL, note TEXT NOT NULL,"
    " PRIMARY KEY (log, size)) STRICT",
)


def upgrade() -> None:
    """Make the tables; what is in them can be added to, never changed."""
    for statement in TABLES:
        op.execute(statement)
    for table in ("log", "evidence", "checkpoint"):
        for verb in ("UPDATE", "DELETE"):
            op.execute(APPEND_ONLY.format(table=table, verb=verb))


def downgrade() -> None:
    """There is no way back from a log."""
    raise NotImplementedError("a log is never taken down")
