"""The first tables. Frozen: a later change is a later file, never an edit of this one."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None

_KNOWLEDGE = ("documents", "passages", "work_orders", "assets", "items", "connections")
_INDEXES = {
    "documents": ("id",),
    "passages": ("id", "document_id", "parent_id", "locator_key"),
    "work_orders": ("order_number", "document_id", "asset", "failure_mode", "opened"),
    "assets": ("tag", "document_id"),
    "items": ("tag", "document_id"),
    "connections": ("document_id",),
    "answers": ("conversation_id",),
}


def upgrade() -> None:
    _state()
    _documents()
    _records()
    _graph()
    _caches()
    _answers()
    for table, columns in _INDEXES.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_passages_epochs", "passages", ["from_epoch", "to_epoch"])


def downgrade() -> None:
    for table in ("answer_events", "answers", "ledger", "encodings", *_KNOWLEDGE, "state"):
        op.drop_table(table)


def _col(name: str, kind: Any, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, **({"nullable": False} | options))


def _row_id() -> sa.Column[Any]:
    return sa.Column("row_id", sa.Integer, primary_key=True)


def _labels() -> list[sa.Column[Any]]:
    return [
        _col("groups", sa.JSON),
        _col("areas", sa.JSON),
        _col("from_epoch", sa.BigInteger),
        _col("to_epoch", sa.BigInteger),
    ]


def _state() -> None:
    state = op.create_table(
        "state",
        sa.Column("id", sa.Integer, primary_key=True),
        _col("epoch", sa.BigInteger),
        _col("next_epoch", sa.BigInteger),
        _col("manifest", sa.JSON, nullable=True),
    )
    op.bulk_insert(state, [{"id": 1, "epoch": 0, "next_epoch": 1}])


def _documents() -> None:
    op.create_table(
        "documents",
        _row_id(),
        _col("id", sa.String(64)),
        _col("kind", sa.String(16)),
        _col("title", sa.Text),
        _col("path", sa.Text),
        _col("sha256", sa.String(64)),
        _col("revision", sa.String(64)),
        _col("effective_date", sa.String(10), nullable=True),
        _col("language", sa.String(8)),
        _col("pages", sa.Integer, nullable=True),
        _col("site", sa.Text),
        _col("asset_tags", sa.JSON),
        *_labels(),
    )
    op.create_table(
        "passages",
        _row_id(),
        _col("id", sa.String(36)),
        _col("document_id", sa.String(64)),
        _col("parent_id", sa.String(64)),
        _col("locator_key", sa.Text, nullable=True),
        _col("body", sa.JSON),
        *_labels(),
    )


def _records() -> None:
    op.create_table(
        "work_orders",
        _row_id(),
        _col("order_number", sa.String(64)),
        _col("document_id", sa.String(64)),
        _col("asset", sa.String(64)),
        _col("type", sa.String(32)),
        _col("priority", sa.Integer, nullable=True),
        _col("failure_mode", sa.String(64), nullable=True),
        _col("opened", sa.String(32)),
        _col("closed", sa.String(32), nullable=True),
        _col("hours", sa.Float, nullable=True),
        _col("cost", sa.Float, nullable=True),
        _col("text", sa.Text),
        _col("language", sa.String(8)),
        _col("row", sa.Integer),
        *_labels(),
    )
    op.create_table(
        "assets",
        _row_id(),
        _col("tag", sa.String(64)),
        _col("document_id", sa.String(64)),
        _col("row", sa.Integer),
        _col("body", sa.JSON),
        *_labels(),
    )


def _graph() -> None:
    op.create_table(
        "items",
        _row_id(),
        _col("tag", sa.String(64)),
        _col("document_id", sa.String(64)),
        _col("body", sa.JSON),
        *_labels(),
    )
    op.create_table("connections", _row_id(), _col("document_id", sa.String(64)), _col("body", sa.JSON), *_labels())


def _caches() -> None:
    op.create_table("encodings", sa.Column("key", sa.String(64), primary_key=True), _col("vector", sa.JSON))
    op.create_table(
        "ledger",
        sa.Column("path", sa.Text, primary_key=True),
        _col("sha256", sa.String(64)),
        _col("document_id", sa.String(64), nullable=True),
        _col("status", sa.String(16)),
        _col("reason", sa.Text, nullable=True),
        _col("parser", sa.String(64), nullable=True),
        _col("finished", sa.String(32)),
    )


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.String(36), primary_key=True),
        _col("caller", sa.String(128)),
        _col("conversation_id", sa.String(64), nullable=True),
        _col("question", sa.Text),
        _col("created", sa.String(32)),
        _col("status", sa.String(16)),
        _col("response", sa.JSON, nullable=True),
    )
    op.create_table(
        "answer_events",
        sa.Column("answer_id", sa.String(36), sa.ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        _col("event", sa.String(16)),
        _col("data", sa.JSON),
        _col("last", sa.Boolean),
    )
