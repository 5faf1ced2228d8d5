"""The sentences that code makes of work orders, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.tools._failure_words import mode_name
from retrieval.models import Language, WorkOrder

COLUMNS: dict[Language, tuple[str, ...]] = {
    "en": ("Order", "Asset", "Opened", "Type", "Failure mode", "Hours", "Text"),
    "zh": ("工单", "设备", "日期", "类型", "故障模式", "工时", "内容"),
}
_TYPES_ZH = {"corrective": "纠正性维修", "preventive": "预防性维护", "inspection": "检查"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What was asked of: equipment, failure (``''`` = any), first and last day of the window."""

    language: Language
    assets: Sequence[str]
    failure: str
    since: datetime | None
    until: datetime | None

    def without_failure(self) -> "Scope":
        return replace(self, failure="")

    @property
    def where(self) -> str:
        """`` on P-101A for seal leakage from 2025-01-01 to 2025-12-31``; in Chinese it stands in front."""
        since = self.since.date().isoformat() if self.since else ""
        until = self.until.date().isoformat() if self.until else ""
        if self.language == "zh":
            after = f"{since} 以来 " if since else f"截至 {until} " if until else ""
            time = f"{since} 至 {until} " if since and until else after
            of = "的" if self.assets and self.failure else ""
            return f"{time}{'、'.join(self.assets)}{of}{self.failure}"
        asset = f" on {' and '.join(self.assets)}" if self.assets else ""
        failure = f" for {self.failure}" if self.failure else ""
        time = f" from {since} to {until}" if since and until else f" since {since}" if since else ""
        return asset + failure + (f" until {until}" if until and not since else time)


def none(scope: Scope) -> str:
    if scope.language == "zh":
        return f"维修记录中没有{scope.where}工单。"
    return f"The maintenance log has no work orders{scope.where}."


def title(scope: Scope, total: int) -> str:
    if scope.language == "zh":
        return f"{scope.where}工单：{total} 张"
    return f"{_orders(total)}{scope.where}"


def count(scope: Scope, total: int, by_asset: Sequence[tuple[str, int]], newest: WorkOrder, date: str) -> str:
    """The number, its parts where several assets share it, and the newest order as the place to check."""
    shares = by_asset if len(by_asset) > 1 and (scope.assets or len(by_asset) <= 4) else ()
    if scope.language == "zh":
        parts = f"（{'，'.join(f'{tag} {n} 张' for tag, n in shares)}）" if shares else ""
        return f"维修记录中{scope.where}工单共 {total} 张{parts}，最近一张是 {date} 的 {newest.order}。"
    parts = f" ({', '.join(f'{tag} {n}' for tag, n in shares)})" if shares else ""
    return f"The maintenance log has {_orders(total)}{scope.where}{parts}; the newest is {newest.order} of {date}."


def last(scope: Scope, order: WorkOrder, date: str) -> str:
    if scope.language == "zh":
        state = "" if order.closed else "，尚未关闭"
        return f"最近一次{scope.where}工单是 {order.order}（{order.asset}，{date}{state}）：“{order.text}”。"
    state = "" if order.closed else ", not closed yet"
    return f'The last work order{scope.where} is {order.order} ({order.asset}, {date}{state}): "{order.text}".'


def one(scope: Scope, order: WorkOrder, date: str) -> str:
    if scope.language == "zh":
        return f"{order.order}（{order.asset}，{date}）：“{order.text}”。"
    return f'{order.order} ({order.asset}, {date}): "{order.text}".'


def top(scope: Scope, names: Sequence[tuple[str, int]]) -> str:
    if scope.language == "zh":
        return f"{scope.where or '全部设备'}最常见的故障：" + "，".join(f"{name} {n} 次" for name, n in names) + "。"
    return f"Most frequent failures{scope.where}: " + ", ".join(f"{name} {n} times" for name, n in names) + "."


def top_columns(scope: Scope, field: str) -> tuple[str, str]:
    if scope.language == "zh":
        return ("设备" if field == "asset" else "故障模式", "次数")
    return ("Asset" if field == "asset" else "Failure mode", "Work orders")


def value(scope: Scope, field: str, code: str) -> str:
    return code if field == "asset" else mode_name(code, scope.language)


def row(order: WorkOrder, date: str, language: Language) -> list[str | float | None]:
    """In the order of ``COLUMNS``."""
    kind = _TYPES_ZH.get(order.type, order.type) if language == "zh" else order.type
    mode = mode_name(order.failure_mode, language) if order.failure_mode else ""
    return [order.order, order.asset, date, kind, mode, order.hours, order.text]


def _orders(total: int) -> str:
    return f"{total} work order{'' if total == 1 else 's'}"
