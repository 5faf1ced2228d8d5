"""The asset register as CSV or workbook: equipment, valves and instruments, and one passage each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Literal

from ingestion.parsers._long_text import pieces
from ingestion.parsers._records import HEAD_WITHIN, Columns, Source, fold_name, sources, value
from ingestion.parsers._tables.heads import role_of
from ingestion.parsers._text import clean, language_of
from ingestion.parsers._workbook.blocks import tables_and_blocks
from ingestion.parsers._workbook.book import first_rows
from ingestion.parsers._workbook.warnings import warnings_of
from ingestion.parsers.base import OPTIONS, Block, Confidence, Options, Parsed, Span
from ingestion.parsers.spreadsheet import PARSER as SPREADSHEETS
from retrieval.errors import BadDocument
from retrieval.models import SITE_WIDE, Asset, DocumentKind, RecordLocator
from retrieval.tags import fold, normalise

COLUMNS = Columns(
    names={
        "tag": ("Tag", "Asset tag", "Equipment tag", "Tag no", "Tag number", "位号", "设备位号", "仪表位号"),
        "name": ("Name", "Asset name", "Equipment name", "Description", "Service", "名称", "设备名称", "描述", "用途"),
        "name_zh": ("Name (zh)", "Name zh", "Chinese name", "中文名称", "中文名"),
        "nicknames": ("Nicknames", "Nickname", "Also called", "Alias", "Aliases", "别名", "俗称", "昵称"),
        "kind": ("Kind", "Class", "Equipment class", "Category", "类别", "设备类别", "设备类型", "种类"),
        "area": ("Area", "Unit", "Plant area", "区域", "单元", "装置", "车间"),
        "model": ("Model", "Type", "Model no", "型号", "规格型号", "规格"),
        "parent": ("Parent", "Parent tag", "Serves", "所属设备", "上级设备", "主设备"),
        "duty": ("Duty", "Duty/standby", "主备", "主/备"),
        "manuals": ("Manuals", "Manual", "Documents", "手册", "资料", "说明书", "技术资料"),
        "manufacturer": ("Manufacturer", "Maker", "Make", "Vendor", "OEM", "制造商", "生产厂家", "制造厂", "厂家"),
        "serial": ("Serial number", "Serial no", "Serial", "S/N", "出厂编号", "序列号", "出厂号"),
        "criticality": ("Criticality", "Criticality class", "ABC indicator", "关键等级", "重要等级", "设备等级"),
        "location": ("Location", "Functional location", "Building", "Room", "位置", "安装位置", "功能位置"),
    },
    needed=("tag", "name"),
)
_LOG_ONLY = frozenset(map(fold_name, ("order", "work order", "wo", "opened", "工单号", "工单")))  # no register has them
_DUTIES: dict[str, Literal["duty", "standby", ""]] = {
    "": "",
    "duty": "duty",
    "standby": "standby",
    "stand-by": "standby",
    "spare": "standby",
    "主": "duty",
    "主用": "duty",
    "运行": "duty",
    "备": "standby",
    "备用": "standby",
}
_REPEATED = 0.2  # of the tags
_BETWEEN = re.compile("[;；、\n]")
_COMMAS = re.compile("[,，]")
_FILE = re.compile(r"\.[A-Za-z0-9]{2,5}$")


@dataclass
class _Register:
    """What is read of a file, sheet by sheet."""

    assets: dict[str, tuple[int, Asset]] = field(default_factory=dict)
    more: dict[str, list[str]] = field(default_factory=dict)  # tag -> what columns that no field has say
    warnings: list[str] = field(default_factory=list)  # of rows
    sheet_warnings: list[str] = field(default_factory=list)
    repeated: int = 0


class RegisterParser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "register"
    version = "2"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        named = "register" in path.stem.lower() or "台账" in path.stem
        for rows in first_rows(path, start):
            if _head_at(rows) is not None:
                return "sure"
            if named and any("tag" in COLUMNS.find(row) for row in rows[:HEAD_WITHIN]):
                return "sure"  # and then says what it lacks
        return "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        found = _Register()
        unread: list[Source] = []
        for source in sources(path, name, options):
            found.sheet_warnings += warnings_of(source.sheet, name) if source.sheet else []
            top = list(islice(source.rows(), HEAD_WITHIN))
            at = _head_at([cells for _, cells in top])
            if at is None:
                unread.append(source)
                continue
            _read(source, top[at], f"{name}, sheet {source.name}" if source.name else name, found)
        if found.repeated > max(2, _REPEATED * len(found.assets)):  # a list of alarms, set points, ...: rows of a tag
            table = SPREADSHEETS.parse(path, name, known_tags, options)
            several = f"{name}: its tags stand in several rows each; read as a table, not as a register"
            return replace(table, warnings=(*table.warnings, several))
        _refuse_empty(name, found, unread)
        others = [tables_and_blocks(source.sheet) for source in unread if source.sheet]
        blocks = [_block(row, asset, found.more[asset.tag]) for row, asset in found.assets.values()]
        return Parsed(
            kind="register",
            title=Path(name).stem.replace("_", " "),
            language=language_of("\n".join(asset.name for _, asset in found.assets.values())),
            blocks=(*blocks, *(block for _, more in others for block in more)),
            assets=tuple(found.assets.values()),
            tables=tuple(table for tables, _ in others for table in tables),
            warnings=(*found.warnings, *found.sheet_warnings),
        )


def _head_at(rows: Sequence[Sequence[str]]) -> int | None:
    """The head row, unless it is a log's or a list of parts."""
    at = COLUMNS.head_at(rows)
    return None if at is None or _LOG_ONLY & set(map(fold_name, rows[at])) or role_of(rows[at]) else at


def _read(source: Source, head: tuple[int, list[str]], spot: str, found: _Register) -> None:
    """The assets of one sheet; of a tag that stands twice the later row counts."""
    places = COLUMNS.find(head[1])
    known = {at for columns in places.values() for at in columns}
    for row, cells in source.rows():
        if row <= head[0]:
            continue
        values = {name: value(cells, at) for name, at in places.items()}
        where = f"{spot}, row {row}"
        if problem := next((f"{COLUMNS.name(each)} is empty" for each in COLUMNS.needed if not values[each]), ""):
            found.warnings.append(f"{where}: {problem}; row left out")
            continue
        if values.get("duty", "").lower() not in _DUTIES:
            found.warnings.append(f"{where}: Duty {values['duty']!r} is neither duty nor standby; left empty")
        asset = _asset(values)
        if asset.tag in found.assets:
            found.repeated += 1
            earlier = found.assets.pop(asset.tag)[0]
            found.warnings.append(f"{where}: tag {asset.tag} stands in row {earlier} too; the later row counts")
        found.assets[asset.tag] = (row, asset)
        found.more[asset.tag] = [
            f"{clean(head[1][at])} {clean(cell)}"
            for at, cell in enumerate(cells)
            if cell and at not in known and at < len(head[1]) and head[1][at]
        ]


def _refuse_empty(name: str, found: _Register, unread: Sequence[Source]) -> None:
    if found.assets:
        return
    if not found.warnings and len(unread) == 1:
        raise COLUMNS.refuse(name, list(islice(unread[0].rows(), HEAD_WITHIN)))
    first = found.warnings[0].removeprefix(f"{name}, ") if found.warnings else "no rows below its head"
    raise BadDocument(name, f"has no asset that can be read: {first}", remedy="correct it and ingest it again")


def _asset(values: Mapping[str, str]) -> Asset:
    parent = values.get("parent", "")
    return Asset(
        tag=normalise(values["tag"]),
        name=values["name"],
        name_zh=values.get("name_zh", ""),
        nicknames=_many(values.get("nicknames", "")),
        kind=values.get("kind", ""),
        model=values.get("model", ""),
        area=fold(values.get("area", "")) or SITE_WIDE,
        parent=normalise(parent) if parent else None,
        duty=_DUTIES.get(values.get("duty", "").lower(), ""),
        manuals=_manuals(values.get("manuals", "")),
        manufacturer=values.get("manufacturer", ""),
        serial=values.get("serial", ""),
        criticality=values.get("criticality", ""),
        location=values.get("location", ""),
    )


def _many(text: str) -> tuple[str, ...]:
    """Names between semicolons, 、 or line breaks; between commas where none of these stands."""
    parts = _BETWEEN.split(text)
    if len(parts) == 1:
        parts = _COMMAS.split(text)
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _manuals(text: str) -> tuple[str, ...]:
    """File names: a comma may belong to one, unless each part between commas ends as file names do."""
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    by_comma = [part.strip() for part in _COMMAS.split(text) if part.strip()]
    if len(parts) == 1 and all(map(_FILE.search, by_comma)):
        parts = by_comma
    return tuple(dict.fromkeys(parts))


def _block(row: int, asset: Asset, more: Sequence[str]) -> Block:
    """``more``: what the register says beside, as its heads call it."""
    parts = [
        asset.kind,
        f"area {asset.area}",
        f"location {asset.location}" if asset.location else "",
        f"manufacturer {asset.manufacturer}" if asset.manufacturer else "",
        f"model {asset.model}" if asset.model else "",
        f"serial number {asset.serial}" if asset.serial else "",
        f"criticality {asset.criticality}" if asset.criticality else "",
        f"serves {asset.parent}" if asset.parent else "",
        asset.duty,
        f"also called {', '.join(asset.nicknames)}" if asset.nicknames else "",
        f"manuals: {', '.join(asset.manuals)}" if asset.manuals else "",
        *more,
    ]
    name = f"{asset.name} ({asset.name_zh})" if asset.name_zh else asset.name
    text = f"{asset.tag}: {name}; " + "; ".join(filter(None, parts))
    tags = (asset.tag, asset.parent) if asset.parent else (asset.tag,)
    place = RecordLocator(table="assets", key=asset.tag, row=row)
    return Block("record", tuple(Span(piece, place) for piece in pieces(text)), tags=tags)


PARSER = RegisterParser()
