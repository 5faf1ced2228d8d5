"""The asset register as CSV: equipment, valves and instruments, and one passage each."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from ingestion.parsers._csv import Columns, head_of, read
from ingestion.parsers.base import OPTIONS, Block, Confidence, Options, Parsed, Span
from retrieval.errors import BadDocument
from retrieval.models import SITE_WIDE, Asset, DocumentKind, RecordLocator
from retrieval.tags import normalise

COLUMNS = Columns(
    names={
        "tag": ("Tag", "Asset tag", "Equipment tag", "位号", "设备位号"),
        "name": ("Name", "Asset name", "Equipment name", "Description", "名称", "设备名称"),
        "name_zh": ("Name (zh)", "Name zh", "Chinese name", "中文名称"),
        "nicknames": ("Nicknames", "Nickname", "Also called", "别名", "俗称"),
        "kind": ("Kind", "Class", "Equipment class", "类别"),
        "area": ("Area", "Unit", "区域", "单元"),
        "model": ("Model", "Type", "型号"),
        "parent": ("Parent", "Parent tag", "Serves", "所属设备"),
        "duty": ("Duty", "Duty/standby", "主备"),
        "manuals": ("Manuals", "Manual", "Documents", "手册", "资料"),
    },
    needed=("tag", "name"),
)
_LOG_ONLY = frozenset({"order", "work order", "wo", "opened", "工单号"})  # heads that tell a log from a register
_DUTIES: dict[str, Literal["duty", "standby", ""]] = {
    "": "",
    "duty": "duty",
    "standby": "standby",
    "spare": "standby",
    "主": "duty",
    "主用": "duty",
    "备": "standby",
    "备用": "standby",
}


class RegisterParser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "register"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        head = head_of(path, start)
        if _LOG_ONLY & {name.strip().lower() for name in head}:
            return "no"
        if head and not COLUMNS.missing(head):
            return "yes"
        return "maybe" if "tag" in COLUMNS.find(head) or ("register" in path.stem.lower() and head) else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        assets: dict[str, tuple[int, Asset]] = {}
        warnings = []
        for record in read(path, name, COLUMNS):
            values = record.values
            problem = next((f"{COLUMNS.name(field)} is empty" for field in COLUMNS.needed if not values[field]), "")
            if not problem and values.get("duty", "").lower() not in _DUTIES:
                problem = f"Duty {values['duty']!r} is neither duty nor standby"
            if problem:
                warnings.append(f"{name}, row {record.row}: {problem}; row left out")
                continue
            asset = _asset(values)
            if asset.tag in assets:
                warnings.append(
                    f"{name}, row {record.row}: tag {asset.tag} stands in row {assets[asset.tag][0]} too; "
                    "the later row counts"
                )
            assets[asset.tag] = (record.row, asset)
        if not assets:
            first = warnings[0].removeprefix(f"{name}, ") if warnings else "no rows below its head"
            raise BadDocument(name, f"has no asset that can be read: {first}", remedy="correct it and ingest it again")
        return Parsed(
            kind="register",
            title=Path(name).stem.replace("_", " "),
            language="en",
            blocks=tuple(_block(row, asset) for row, asset in assets.values()),
            assets=tuple(assets.values()),
            warnings=tuple(warnings),
        )


def _asset(values: Mapping[str, str]) -> Asset:
    def many(field: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in re.split("[;；]", values.get(field, "")) if part.strip())

    parent = values.get("parent", "")
    return Asset(
        tag=normalise(values["tag"]),
        name=values["name"],
        name_zh=values.get("name_zh", ""),
        nicknames=many("nicknames"),
        kind=values.get("kind", ""),
        model=values.get("model", ""),
        area=values.get("area") or SITE_WIDE,
        parent=normalise(parent) if parent else None,
        duty=_DUTIES[values.get("duty", "").lower()],
        manuals=many("manuals"),
    )


def _block(row: int, asset: Asset) -> Block:
    parts = [
        asset.kind,
        f"area {asset.area}",
        f"model {asset.model}" if asset.model else "",
        f"serves {asset.parent}" if asset.parent else "",
        asset.duty,
        f"also called {', '.join(asset.nicknames)}" if asset.nicknames else "",
        f"manuals: {', '.join(asset.manuals)}" if asset.manuals else "",
    ]
    name = f"{asset.name} ({asset.name_zh})" if asset.name_zh else asset.name
    text = f"{asset.tag}: {name}; " + "; ".join(filter(None, parts))
    tags = (asset.tag, asset.parent) if asset.parent else (asset.tag,)
    return Block("record", (Span(text, RecordLocator(table="assets", key=asset.tag, row=row)),), tags=tags)


PARSER = RegisterParser()
