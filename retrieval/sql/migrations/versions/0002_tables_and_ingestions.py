"""Typed tables, runs of ingestion, and what the ledger knows of a file. Frozen: a later change is a later file."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"

_LEDGER = ("stage", "attempts", "retry_after", "seconds", "size", "pages", "passages")
_ORDERS = ("currency", "status")


def upgrade() -> None:
    _tables()
    _ingestions()
    with op.batch_alter_table("work_orders") as orders:
        orders.add_column(_col("currency", sa.String(8), server_default=""))
        orders.add_column(_col("status", sa.String(64), server_default=""))
    with op.batch_alter_table("ledger") as ledger:
        ledger.add_column(_col("stage", sa.String(16), server_default=""))
        ledger.add_column(_col("attempts", sa.Integer, server_default="0"))
        ledger.add_column(_col("retry_after", sa.String(32), nullable=True))
        ledger.add_column(_col("seconds", sa.JSON, server_default="{}"))
        ledger.add_column(_col("size", sa.BigInteger, server_default="0"))
        ledger.add_column(_col("pages", sa.Integer, server_default="0"))
        ledger.add_column(_col("passages", sa.Integer, server_default="0"))
        ledger.alter_column("parser", type_=sa.String(255))


def downgrade() -> None:
    with op.batch_alter_table("ledger") as ledger:
        ledger.alter_column("parser", type_=sa.String(64))
        for column in _LEDGER:
            ledger.drop_column(column)
    with op.batch_alter_table("work_orders") as orders:
        for column in _ORDERS:
            orders.drop_column(column)
    for table in ("ingestion_events", "ingestions", "table_rows", "tables"):
        op.drop_table(table)


def _col(name: str, kind: Any, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, **({"nullable": False} | options))


def _shared() -> list[sa.Column[Any]]:
    return [
        sa.Column("row_id", sa.Integer, primary_key=True),
        _col("document_id", sa.String(64)),
        _col("name", sa.Text),
        _col("groups", sa.JSON),
        _col("areas", sa.JSON),
        _col("from_epoch", sa.BigInteger),
        _col("to_epoch", sa.BigInteger),
    ]


def _tables() -> None:
    op.create_table("tables", *_shared(), _col("role", sa.String(32)), _col("body", sa.JSON))
    op.create_table("table_rows", *_shared(), _col("row", sa.Integer), _col("cells", sa.JSON), _col("shown", sa.JSON))
    for column in ("document_id", "name", "role"):
        op.create_index(f"ix_tables_{column}", "tables", [column])
    op.create_index("ix_table_rows_table", "table_rows", ["document_id", "name", "row"])


def _ingestions() -> None:
    op.create_table(
        "ingestions",
        sa.Column("id", sa.String(36), primary_key=True),
        _col("caller", sa.String(128)),
        _col("action", sa.String(16)),
        _col("status", sa.String(16)),
        _col("created", sa.String(32)),
        sa.Column("finished", sa.String(32)),
        _col("request", sa.JSON),
        sa.Column("report", sa.JSON),
    )
    op.create_index("ix_ingestions_status", "ingestions", ["status"])
    op.create_table(
        "ingestion_events",
        sa.Column("ingestion_id", sa.String(36), sa.ForeignKey("ingestions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        _col("time", sa.String(32)),
        _col("event", sa.String(16)),
        _col("data", sa.JSON),
    )
