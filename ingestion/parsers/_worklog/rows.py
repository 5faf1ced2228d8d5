"""Rows of a log -> work orders. Rows without an order number continue the text of the order above."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from ingestion.parsers._records import Rows, split_head, value
from ingestion.parsers._text import language_of
from ingestion.parsers._worklog.presets import LogField, Preset
from ingestion.parsers._worklog.values import (
    BadValue,
    Evidence,
    Reading,
    currency,
    hours,
    is_closed,
    money,
    priority,
    time,
)
from retrieval.models import WorkOrder
from retrieval.tags import find, fold, normalise

Number = TypeVar("Number", int, float, tuple[float, str])
_HOURS = {
    "h": "h",
    "hr": "h",
    "hrs": "h",
    "hours": "h",
    "小时": "h",
    "min": "min",
    "minutes": "min",
    "分钟": "min",
    "d": "d",
}


class BadRow(Exception):
    """A row that is no order: ``str`` names field, value and what is wanted."""


@dataclass(slots=True)
class RawRow:
    """``values``: field -> text; ``places`` of the asset's columns are kept apart, for the choice among them."""

    row: int
    values: dict[str, str]
    assets: list[str]
    more: list[str] = field(default_factory=list)  # text of the rows below that continue it


@dataclass
class Doubts:
    """What of an order was read around, and which of its times had to be completed."""

    told: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


class RowReader:
    """Reads the rows below one head."""

    def __init__(self, preset: Preset, head: Sequence[str]) -> None:
        self._preset, self._head, self._heads = preset, head, preset.heads
        self._places: Mapping[str, list[int]] = self._heads.find(head)
        self._tags: dict[tuple[str, ...], str] = {}
        unit = split_head(head[self._places["hours"][0]])[1].lower() if "hours" in self._places else ""
        self._hours_in = _HOURS.get(unit, preset.hours_in)
        named = split_head(head[self._places["cost"][0]])[1] if "cost" in self._places else ""
        self._currency = currency(named) or preset.currency
        self._last_is_text = self._places["text"][-1] == len(head) - 1

    def is_head(self, cells: Sequence[str]) -> bool:
        """List exports repeat their head on every page."""
        return list(cells) == list(self._head)

    def unread(self) -> list[str]:
        """Heads of columns that no field has."""
        read = {at for places in self._places.values() for at in places}
        return [name for at, name in enumerate(self._head) if name and at not in read]

    def weigh(self, cells: Sequence[str], evidence: Evidence) -> None:
        """What the row says about how the log writes dates and numbers."""
        for name in ("opened", "closed"):
            if name in self._places and (text := value(cells, self._places[name])):
                evidence.date(text)
        for name in ("hours", "cost"):
            if name in self._places and (text := value(cells, self._places[name])):
                evidence.number(text)

    def raw(self, row: int, cells: list[str]) -> RawRow:
        if self._last_is_text and len(cells) > len(self._head):  # a delimiter within an unquoted text
            cells = [*cells[: len(self._head) - 1], ", ".join(filter(None, cells[len(self._head) - 1 :]))]
        values = {name: value(cells, places) for name, places in self._places.items()}
        values["text"] = _joined([cells[at] for at in self._places["text"] if at < len(cells)])
        assets = [cells[at] for at in self._places.get("asset", ()) if at < len(cells) and cells[at]]
        return RawRow(row, values, assets)

    def name(self, field_: LogField) -> str:
        """As the head of this log calls it."""
        return self._head[self._places[field_][0]] if field_ in self._places else self._heads.name(field_)

    def order(self, raw: RawRow, reading: Reading, known: frozenset[str]) -> tuple[WorkOrder, str, Doubts]:
        """The order, the name of its asset, and what was read around. Raises ``BadRow``."""
        values, doubts, preset = raw.values, Doubts(), self._preset
        text = _joined([values["text"], *raw.more])
        for name in self._heads.needed:
            if not (text if name == "text" else values.get(name)):
                raise BadRow(f"{self.name(name)} is empty")  # type: ignore[arg-type]  # needed are fields
        opened, _ = self._time(values, "opened", reading, doubts)
        status = values.get("status", "")
        cost, money_of = self._cost(values, reading, doubts)
        kind = values.get("type", "").lower()
        order = WorkOrder(
            order=fold(values["order"]),
            asset=self._asset(raw.assets, known),
            type=preset.types.get(kind, kind),
            priority=self._read(values, "priority", doubts, lambda said: priority(said, preset.priorities)),
            failure_mode=values.get("failure_mode") or None,
            opened=opened,
            closed=self._closed(values, status, opened, reading, doubts),
            hours=self._read(values, "hours", doubts, lambda said: hours(said, self._hours_in, reading.style)),
            cost=cost,
            currency=money_of,
            status=status,
            text=text,
            language=language_of(text),
            row=raw.row,
        )
        return order, values.get("asset_name", ""), doubts

    def _time(
        self, values: Mapping[str, str], name: Literal["opened", "closed"], reading: Reading, doubts: Doubts
    ) -> tuple[datetime, bool]:
        clock = values.get(f"{name}_time", "")
        try:
            moment, whole_day, assumed = time(values[name], clock, reading)
        except BadValue as error:
            raise BadRow(f"{self.name(name)} {values[name]!r} {error}") from None
        if assumed:
            doubts.assumed.append(assumed)
        return moment, whole_day

    def _closed(
        self, values: Mapping[str, str], status: str, opened: datetime, reading: Reading, doubts: Doubts
    ) -> datetime | None:
        """None where the status says that the order is open: its end is a plan then."""
        words = self._preset.closed_statuses
        if not values.get("closed") or (status and words and not is_closed(status, words)):
            return None
        try:
            closed, whole_day = self._time(values, "closed", reading, doubts)
        except BadRow as error:
            doubts.told.append(f"{error}; left empty")
            return None
        if closed < opened and whole_day and closed.date() == opened.astimezone(closed.tzinfo).date():
            return opened  # of a day without a time
        if closed < opened:
            doubts.told.append(
                f"{self.name('closed')} {values['closed']!r} is before {self.name('opened')} {values['opened']!r}; "
                "left empty"
            )
            return None
        return closed

    def _read(
        self, values: Mapping[str, str], name: LogField, doubts: Doubts, read: Callable[[str], Number]
    ) -> Number | None:
        if not values.get(name):
            return None
        try:
            return read(values[name])
        except BadValue as error:
            doubts.told.append(f"{self.name(name)} {values[name]!r} {error}; left empty")
            return None

    def _cost(self, values: Mapping[str, str], reading: Reading, doubts: Doubts) -> tuple[float | None, str]:
        found = self._read(values, "cost", doubts, lambda said: money(said, reading.style))
        if found is None:
            return None, ""
        return found[0], currency(values.get("currency", "")) or found[1] or self._currency

    def _asset(self, said: Sequence[str], known: frozenset[str]) -> str:
        """Of equipment and functional location the one that is a tag: first one that the register has."""
        key = tuple(said)
        if key not in self._tags:
            tags = [_tag(text) for text in said]
            named = (tag for tag in tags if tag in known)
            looks = (tag for tag in tags if find(tag))
            self._tags[key] = next(named, None) or next(looks, None) or tags[0]
        return self._tags[key]


def _tag(text: str) -> str:
    """Its tag; of a functional location (U100-P101A) the last, which is the equipment."""
    mentions = find(text)
    return mentions[-1].tag if mentions and not re.search(r"[\s,;，；、]", text.strip()) else normalise(text)


def raw_rows(reader: RowReader, rows: Rows, head_row: int) -> Iterator[RawRow]:
    """The rows below the head, those that continue a text with it."""
    held: RawRow | None = None
    for row, cells in rows:
        if row <= head_row or reader.is_head(cells):
            continue
        raw = reader.raw(row, cells)
        said = {name for name, text in raw.values.items() if text}
        if held and said == {"text"}:
            held.more.append(raw.values["text"])
            continue
        if held:
            yield held
        held = raw
    if held:
        yield held


def _joined(texts: Sequence[str]) -> str:
    """Texts below one another; a short text that the long one begins with stands once."""
    kept: list[str] = []
    for text in filter(None, texts):
        if kept and text.startswith(kept[-1]):
            kept[-1] = text
        elif text not in kept:
            kept.append(text)
    return "\n".join(kept)
