"""The tables. Rows of knowledge carry ``from_epoch`` and ``to_epoch`` and show where from <= epoch < to."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})


def _epochs() -> list[Column[int]]:
    return [Column("from_epoch", BigInteger, nullable=False), Column("to_epoch", BigInteger, nullable=False)]


def _labels() -> list[Column[list[str]]]:
    return [Column("groups", JSON, nullable=False), Column("areas", JSON, nullable=False)]


# One row: the epoch that the index shows, the next one to hand out, the manifest it was built with.
state = Table(
    "state",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("epoch", BigInteger, nullable=False),
    Column("next_epoch", BigInteger, nullable=False),
    Column("manifest", JSON, nullable=True),
)

documents = Table(
    "documents",
    metadata,
    Column("row_id", Integer, primary_key=True),
    Column("id", String(64), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("effective_date", String(10)),
    Column("language", String(8), nullable=False),
    Column("pages", Integer),
    Column("site", Text, nullable=False),
    Column("asset_tags", JSON, nullable=False),
    *_labels(),
    *_epochs(),
)

passages = Table(
    "passages",
    metadata,
    Column("row_id", Integer, primary_key=True),
    Column("id", String(36), nullable=False, index=True),
    Column("document_id", String(64), nullable=False, index=True),
    Column("parent_id", String(64), nullable=False, index=True),
    Column("locator_key", Text, index=True),  # RecordLocator.key or SheetLocator.item; none for pages
    Column("body", JSON, nullable=False),  # the Passage, whole
    *_labels(),
    *_epochs(),
)

work_orders = Table(
    "work_orders",
    metadata,
    Column("row_id", Integer, primary_key=True),
    Column("order_number", String(64), nullable=False, index=True),  # "order" is an SQL word
    Column("document_id", String(64), nullable=False, index=True),
    Column("asset", String(64), nullable=False, index=True),
    Column("type", String(32), nullable=False),
    Column("priority", Integer),
    Column("failure_mode", String(64), index=True),
    Column("opened", String(32), nullable=False, index=True),  # ISO 8601 in UTC: text order is time order
    Column("closed", String(32)),
    Column("hours", Float),
    Column("cost", Float),
    Column("currency", String(8), nullable=False, server_default=""),
    Column("status", String(64), nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("row", Integer, nullable=False),
    *_labels(),
    *_epochs(),
)

assets = Table(
    "assets",
    metadata,
    Column("row_id", Integer, primary_key=True),
    Column("tag", String(64), nullable=False, index=True),
    Column("document_id", String(64), nullable=False, index=True),
    Column("row", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    *_labels(),
    *_epochs(),
)

items = Table(
    "items",
    metadata,
    Column("row_id", Integer, primary_key=True),
    Column("tag", String(64), nullable=False, index=True),
    Column("document_id", String(64), nullable=False, index=True),
    Column("body", JSON, nullable=False),
    *_labels(),
    *_epochs(),
)

connections = Table(
    "connections",
    metadata,
    Column("row_id", Integer, primary_key=True),
    Column("document_id", String(64), nullable=False, index=True),
    Column("body", JSON, nullable=False),
    *_labels(),
    *_epochs(),
)

# Typed tables of spreadsheets and pages; ``name`` is unique within the document.
tables = Table(
    "tables",
    metadata,
    Column("row_id", Integer, primary_key=True),
    Column("document_id", String(64), nullable=False, index=True),
    Column("name", Text, nullable=False, index=True),
    Column("role", String(32), nullable=False, index=True),
    Column("body", JSON, nullable=False),  # the DataTable without its rows
    *_labels(),
    *_epochs(),
)

table_rows = Table(
    "table_rows",
    metadata,
    Column("row_id", Integer, primary_key=True),
    Column("document_id", String(64), nullable=False),
    Column("name", Text, nullable=False),  # of the table
    Column("row", Integer, nullable=False),
    Column("cells", JSON, nullable=False),  # typed, in the order of the columns
    Column("shown", JSON, nullable=False),  # as the page shows them; empty where that is the same
    *_labels(),
    *_epochs(),
)

# Vectors by hash of text and encoder identity, so that a rename or a second run encodes nothing.
encodings = Table(
    "encodings", metadata, Column("key", String(64), primary_key=True), Column("vector", JSON, nullable=False)
)

# Ingestion's ledger: the last word on each file.
ledger = Table(
    "ledger",
    metadata,
    Column("path", Text, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("document_id", String(64)),
    Column("status", String(16), nullable=False),  # published | failed | quarantined | retired
    Column("reason", Text),
    Column("parser", String(255)),
    Column("finished", String(32), nullable=False),
    Column("stage", String(16), nullable=False, server_default=""),  # where it failed
    Column("attempts", Integer, nullable=False, server_default="0"),  # in a row without success, of this content
    Column("retry_after", String(32)),  # a transient fault is tried again from then on
    Column("seconds", JSON, nullable=False, server_default="{}"),  # by stage
    Column("size", BigInteger, nullable=False, server_default="0"),  # bytes
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("passages", Integer, nullable=False, server_default="0"),
    Column("root", Text, nullable=False, server_default=""),  # the folder that path is relative to
)

# Runs of ingestion, begun by the command line or by POST /v1/documents.
ingestions = Table(
    "ingestions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("caller", String(128), nullable=False),
    Column("action", String(16), nullable=False),  # ingest | retire | delete
    Column("status", String(16), nullable=False, index=True),  # queued | running | done | failed
    Column("created", String(32), nullable=False),
    Column("finished", String(32)),
    Column("request", JSON, nullable=False),
    Column("report", JSON),
)

# seq counts from 1 within a run.
ingestion_events = Table(
    "ingestion_events",
    metadata,
    Column("ingestion_id", String(36), ForeignKey("ingestions.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("time", String(32), nullable=False),
    Column("event", String(16), nullable=False),
    Column("data", JSON, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("caller", String(128), nullable=False),
    Column("conversation_id", String(64), index=True),
    Column("question", Text, nullable=False),
    Column("created", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("response", JSON),
)

# The numbered events of an answer, for streaming and resuming. seq counts from 1.
answer_events = Table(
    "answer_events",
    metadata,
    Column("answer_id", String(36), ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("event", String(16), nullable=False),
    Column("data", JSON, nullable=False),
    Column("last", Boolean, nullable=False, default=False),
)

Index("ix_table_rows_table", table_rows.c.document_id, table_rows.c.name, table_rows.c.row)
Index("ix_passages_epochs", passages.c.from_epoch, passages.c.to_epoch)
