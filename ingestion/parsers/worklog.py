"""Maintenance logs as CSV: typed work orders, and one passage an order."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ingestion.parsers._abbreviations import expand
from ingestion.parsers._csv import Columns, Record, head_of, read
from ingestion.parsers._text import language_of
from ingestion.parsers.base import OPTIONS, Block, Confidence, Options, Parsed, Span
from retrieval.errors import BadDocument
from retrieval.models import DocumentKind, RecordLocator, WorkOrder
from retrieval.tags import normalise

COLUMNS = Columns(
    names={
        "order": (
            "Order",
            "Work order",
            "Work order number",
            "WO",
            "WO number",
            "Wonum",
            "Order number",
            "工单号",
            "工单",
        ),
        "asset": (
            "Asset",
            "Equipment",
            "Equipment tag",
            "Asset tag",
            "Functional location",
            "Tag",
            "设备位号",
            "位号",
            "设备",
        ),
        "type": ("Type", "Order type", "Work type", "Maintenance type", "类型", "工单类型"),
        "priority": ("Priority", "Prio", "优先级"),
        "failure_mode": ("Failure mode", "Failure code", "Failure", "故障模式", "故障代码"),
        "opened": (
            "Opened",
            "Created",
            "Reported",
            "Start",
            "Opened at",
            "Reported date",
            "开始时间",
            "报修时间",
            "日期",
        ),
        "closed": ("Closed", "Finished", "Completed", "End", "Closed at", "Finish date", "完成时间", "关闭时间"),
        "hours": ("Hours", "Labour hours", "Labor hours", "Man hours", "工时"),
        "cost": ("Cost", "Total cost", "费用"),
        "text": ("Text", "Description", "Long text", "Notes", "Work description", "描述", "内容"),
    },
    needed=("order", "asset", "type", "opened", "text"),
)
_TYPES = {
    "cm": "corrective",
    "repair": "corrective",
    "breakdown": "corrective",
    "纠正": "corrective",
    "维修": "corrective",
    "抢修": "corrective",
    "pm": "preventive",
    "planned": "preventive",
    "预防": "preventive",
    "保养": "preventive",
    "预防性": "preventive",
    "预防性维护": "preventive",
    "纠正性": "corrective",
    "纠正性维护": "corrective",
    "insp": "inspection",
    "检查": "inspection",
    "巡检": "inspection",
    "点检": "inspection",
}
_MOST_WARNINGS = 20  # named one by one; more are counted


class BadRow(Exception):
    """A field of a row that can't be read: ``str`` names field, value and what is wanted."""


class WorklogParser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "worklog"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        if b"%PDF-" in start[:1024]:
            return "no"
        head = head_of(path, start)
        if head and not COLUMNS.missing(head):
            return "yes"
        return "maybe" if path.suffix.lower() == ".csv" else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        orders: dict[str, WorkOrder] = {}
        warnings, bad, zoneless = [], 0, 0
        for record in read(path, name, COLUMNS):
            try:
                order = _order(record)
            except BadRow as error:
                bad += 1
                warnings.append(f"{name}, row {record.row}: {error}; row left out")
                continue
            if order.order in orders:
                warnings.append(
                    f"{name}, row {record.row}: order {order.order} stands in row "
                    f"{orders[order.order].row} too; the later row counts"
                )
            zoneless += not _zoned(record.values["opened"])
            orders[order.order] = order
        if bad and not orders:
            first = warnings[0].removeprefix(f"{name}, ")
            raise BadDocument(name, f"no row can be read: {first}", remedy="correct the rows and ingest it again")
        if not orders:
            raise BadDocument(name, "has a head row and no orders below it", where="row 2", remedy="export it again")
        if len(warnings) > _MOST_WARNINGS:
            warnings = [*warnings[:_MOST_WARNINGS], f"{name}: {len(warnings) - _MOST_WARNINGS} more rows like these"]
        if zoneless:
            warnings.append(f"{name}: {zoneless} times without a zone are taken as UTC")
        texts = "\n".join(order.text for order in orders.values())
        return Parsed(
            kind="worklog",
            title=Path(name).stem.replace("_", " "),
            language=language_of(texts),
            blocks=tuple(map(_block, orders.values())),
            orders=tuple(orders.values()),
            warnings=tuple(warnings),
        )


def _order(record: Record) -> WorkOrder:
    values = record.values
    for field in COLUMNS.needed:
        if not values[field]:
            raise BadRow(f"{COLUMNS.name(field)} is empty")
    opened, closed = _time(values["opened"], "opened"), None
    if values.get("closed"):
        closed = _time(values["closed"], "closed")
        if closed < opened:
            raise BadRow(f"Closed {values['closed']!r} is before Opened {values['opened']!r}")
    kind = values["type"].strip().lower()
    return WorkOrder(
        order=values["order"],
        asset=normalise(values["asset"]),
        type=_TYPES.get(kind, kind),
        priority=_priority(values.get("priority", "")),
        failure_mode=values.get("failure_mode") or None,
        opened=opened,
        closed=closed,
        hours=_number(values, "hours"),
        cost=_number(values, "cost"),
        text=values["text"],
        language=language_of(values["text"]),
        row=record.row,
    )


def _time(value: str, field: str) -> datetime:
    plain = re.sub(
        r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?",
        lambda match: f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}",
        value,
    )
    try:
        time = datetime.fromisoformat(plain.strip())
    except ValueError:
        raise BadRow(f"{COLUMNS.name(field)} {value!r} is no ISO 8601 time such as 2025-03-04T07:30:00+01:00") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _zoned(value: str) -> bool:
    return bool(re.search(r"(?:Z|[+-]\d{2}:?\d{2})$", value.strip()))


def _priority(value: str) -> int | None:
    if not value:
        return None
    if match := re.search(r"\d+", value):
        return int(match[0])
    raise BadRow(f"Priority {value!r} is no number")


def _number(values: Mapping[str, str], field: str) -> float | None:
    value = values.get(field, "")
    if not value:
        return None
    try:
        number = float(re.sub(r"[\s,€$¥]", "", value))
    except ValueError:
        number = float("nan")
    if not 0 <= number < float("inf"):
        raise BadRow(f"{COLUMNS.name(field)} {value!r} is no number from 0 up")
    return number


def _block(order: WorkOrder) -> Block:
    """The order in one line as people name it, and its text with short forms written out."""
    notes = [
        f"failure mode {order.failure_mode}" if order.failure_mode else "",
        f"{order.hours:g} h" if order.hours is not None else "",
        "" if order.closed else "not closed",
    ]
    known = ", ".join(filter(None, notes))
    line = f"{order.order} {order.asset} {order.type} {order.opened.date().isoformat()}: {order.text}"
    place = RecordLocator(table="work_orders", key=order.order, row=order.row)
    spans = [Span(f"{line} ({known})" if known else line, place)]
    if (full := expand(order.text)) != order.text:
        spans.append(Span(f"In full: {full}", place))
    return Block("record", tuple(spans), tags=(order.asset,))


PARSER = WorklogParser()
