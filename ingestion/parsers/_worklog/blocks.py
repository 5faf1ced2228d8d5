"""A work order as a passage: who, what and when in front, the text as written, short forms written out beside it."""

from ingestion.parsers._long_text import pieces
from ingestion.parsers._text import clean
from ingestion.parsers.base import Block, Span
from retrieval.models import RecordLocator, WorkOrder
from retrieval.short_forms import expand, short_forms

_LONG = 400  # characters; a longer text gets lines of its own, below a head that each passage repeats


def block(order: WorkOrder, asset_name: str = "") -> Block:
    """One block an order, told apart by its number."""
    place = RecordLocator(table="work_orders", key=order.order, row=order.row)
    named = f"{order.asset} ({clean(asset_name)})" if asset_name and asset_name != order.asset else order.asset
    line = " ".join(filter(None, (order.order, named, order.type, order.opened.date().isoformat())))
    known = _known(order)
    text = clean(order.text)
    if len(order.text) > _LONG:
        head = Span(f"{line} ({known})" if known else line, place)
        lines = [Span(said, place) for part in order.text.splitlines() for said in pieces(clean(part))]
        forms = short_forms(text)
        if forms:
            said = "; ".join(f"{short} = {full}" for short, full in forms.items())
            lines += [Span(piece, place) for piece in pieces(f"Short forms: {said}")]
        return Block("record", (head, *lines), head=1, tags=(order.asset,))
    line = f"{line}: {text}"
    spans = [Span(f"{line} ({known})" if known else line, place)]
    if (full := expand(text)) != text:
        spans.append(Span(f"In full: {full}", place))
    return Block("record", tuple(spans), tags=(order.asset,))


def _known(order: WorkOrder) -> str:
    notes = [
        f"failure mode {order.failure_mode}" if order.failure_mode else "",
        f"{order.hours:g} h" if order.hours is not None else "",
        f"status {order.status}" if order.status else "" if order.closed else "not closed",
    ]
    return ", ".join(filter(None, notes))
