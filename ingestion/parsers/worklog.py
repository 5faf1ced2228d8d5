"""Maintenance logs: SAP PM, IBM Maximo, a generic CMMS and a plant's own; typed work orders, one passage an order."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from ingestion.parsers._records import HEAD_WITHIN, Source, sources
from ingestion.parsers._text import language_of
from ingestion.parsers._workbook.blocks import tables_and_blocks
from ingestion.parsers._workbook.book import first_rows
from ingestion.parsers._workbook.warnings import warnings_of
from ingestion.parsers._worklog.blocks import block
from ingestion.parsers._worklog.presets import GENERIC, Preset, all_presets, best, load, shipped
from ingestion.parsers._worklog.rows import BadRow, RowReader, raw_rows
from ingestion.parsers._worklog.values import Evidence
from ingestion.parsers.base import OPTIONS, Block, Confidence, Options, Parsed
from retrieval.errors import BadDocument
from retrieval.models import DataTable, DocumentKind, WorkOrder

_MOST_WARNINGS = 20  # named one by one; more are counted


@dataclass
class _Log:
    """What is read of a file, sheet by sheet."""

    name: str
    options: Options
    known_tags: frozenset[str]
    orders: dict[str, WorkOrder] = field(default_factory=dict)
    asset_names: dict[str, str] = field(default_factory=dict)
    tables: list[DataTable] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)  # of sheets that are no logs
    presets: dict[str, None] = field(default_factory=dict)
    row_warnings: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    bad: int = 0


class WorklogParser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "worklog"
    version = "2"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        return "sure" if any(best(rows, shipped()) for rows in first_rows(path, start)) else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        presets = all_presets(options.mappings)
        log = _Log(name, options, frozenset(known_tags))
        unread: list[Source] = []
        for source in sources(path, name, options):
            log.warnings += warnings_of(source.sheet, name) if source.sheet else []
            chosen = best([cells for _, cells in islice(source.rows(), HEAD_WITHIN)], presets)
            if chosen:
                log.presets[chosen[0].name] = None
                _read(log, source, *chosen)
            else:
                unread.append(source)
        _refuse_empty(log, unread, presets)
        for source in unread:
            if source.sheet:
                tables, blocks = tables_and_blocks(source.sheet)
                log.tables += tables
                log.blocks += blocks
        return _parsed(log)


def by_mapping(path: Path, options: Options) -> bool:
    """Whether one of the plant's own mappings describes the file. Raises ``BadSetting``."""
    own = list(map(load, options.mappings))
    return any(best(rows, own) for rows in first_rows(path, _start(path)))


def near_miss(path: Path, name: str) -> list[str]:
    """What keeps a table from being a work log, where it nearly is one: an order, an asset and a text at least."""
    generic = shipped()[-1].heads
    for rows in first_rows(path, _start(path)):
        for row in rows[:HEAD_WITHIN]:
            missing = generic.missing(row)
            if missing and {"order", "asset", "text"} <= generic.find(row).keys():
                return [
                    f"{name}: read as a table; to be a work log it lacks the columns {', '.join(missing)}: "
                    "rename or add them, or name a mapping file in [ingestion] mappings"
                ]
    return []


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _refuse_empty(log: _Log, unread: Sequence[Source], presets: Sequence[Preset]) -> None:
    if log.orders:
        return
    if log.bad:
        first = log.row_warnings[0].removeprefix(f"{log.name}, ")
        raise BadDocument(log.name, f"no row can be read: {first}", remedy="correct the rows and ingest it again")
    if log.presets:
        raise BadDocument(log.name, "has a head row and no orders below it", where="row 2", remedy="export it again")
    first_rows_ = list(islice(unread[0].rows(), HEAD_WITHIN)) if unread else []
    raise presets[-1].heads.refuse(log.name, first_rows_)


def _read(log: _Log, source: Source, preset: Preset, head_at: int) -> None:
    """The orders of one sheet; of an order that stands twice the later row counts."""
    head_row, head = next(islice(source.rows(), head_at, None))
    reader = RowReader(preset, head)
    where = f"{log.name}, sheet {source.name}" if source.name else log.name
    if unread := reader.unread():
        log.warnings.append(f"{where}: columns that are not read: {', '.join(unread)}")
    evidence = Evidence()
    for row, cells in source.rows():
        if row > head_row:
            reader.weigh(cells, evidence)
    reading = evidence.reading(preset.dates, preset.decimals, ZoneInfo(preset.time_zone or log.options.time_zone))
    if reading.unsure:
        log.warnings.append(
            f"{where}: dates such as {reading.unsure} are read as {_spelled(reading.order)}; "
            "a mapping with the key dates says otherwise"
        )
    assumed = Counter[str]()
    for raw in raw_rows(reader, source.rows(), head_row):
        spot = f"{where}, row {raw.row}"
        try:
            order, name, doubts = reader.order(raw, reading, log.known_tags)
        except BadRow as error:
            log.bad += 1
            log.row_warnings.append(f"{spot}: {error}; row left out")
            continue
        log.row_warnings += [f"{spot}: {doubt}" for doubt in doubts.told]
        assumed.update(doubts.assumed)
        if order.order in log.orders:
            earlier = log.orders.pop(order.order).row
            log.row_warnings.append(f"{spot}: order {order.order} stands in row {earlier} too; the later row counts")
        log.orders[order.order] = order
        if name:
            log.asset_names[order.order] = name
    said_by = "the mapping's time_zone" if preset.time_zone else "[ingestion] time_zone"
    log.warnings += _assumptions(where, assumed, reading.zone.key, said_by)


def _spelled(order: str | None) -> str:
    return {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}.get(order or "", "no date")


def _assumptions(where: str, assumed: Counter[str], zone: str, said_by: str) -> Iterator[str]:
    if zoneless := assumed.total():
        yield f"{where}: {zoneless} times without a zone are taken as {zone} ({said_by})"
    if gaps := assumed["gap"]:
        yield f"{where}: {gaps} times fall into the hour that the clocks of {zone} skip; read as an hour later"
    if folds := assumed["fold"]:
        yield f"{where}: {folds} times fall into the hour that {zone} has twice; the first is taken"


def _parsed(log: _Log) -> Parsed:
    told = log.row_warnings
    if len(told) > _MOST_WARNINGS:
        told = [*told[:_MOST_WARNINGS], f"{log.name}: {len(told) - _MOST_WARNINGS} more rows like these"]
    system = ", ".join(name for name in log.presets if name != GENERIC)
    title = Path(log.name).stem.replace("_", " ")
    texts = "\n".join(order.text for order in islice(log.orders.values(), 2000))
    return Parsed(
        kind="worklog",
        title=f"{title} ({system})" if system else title,
        language=language_of(texts),
        blocks=(*(block(order, log.asset_names.get(order.order, "")) for order in log.orders.values()), *log.blocks),
        orders=tuple(log.orders.values()),
        tables=tuple(log.tables),
        warnings=(*told, *log.warnings),
    )


PARSER = WorklogParser()
