"""Changes to the kept tables, in order, by Alembic. Fold tables need none: they are made again."""
