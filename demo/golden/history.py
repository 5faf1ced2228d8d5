"""Questions on the maintenance log: how often, when last, which, and what fails most."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from demo.evidence import grouped, records
from demo.golden.deck import Dealer, fill
from demo.golden.item import LANGUAGES, Fact, Item, Language, Piece
from demo.log import Order, orders
from demo.plant import Plant

_COUNT: dict[Language, tuple[str, ...]] = {
    "en": ("How many times was {x} reported for {what} in {year}?", "Number of work orders for {what} on {x} during {year}?",
           "{year}: how often did we have {what} on {x}?", "Count the jobs for {what} on {x} in {year}.",
           "In {year}, how many repairs did {x} get because of {what}?", "{x}, {what}, {year} - how many orders?"),
    "zh": ("{x}在{year}年因{what}报修几次？", "{year}年{x}{what}的工单有多少张？", "{year}全年{x}出过几回{what}？", "统计一下{x}{year}年{what}的次数",
           "{x}{what}，{year}年一共几次", "{year}年里{x}因为{what}修过多少次？"),
}
_LAST: dict[Language, tuple[str, ...]] = {
    "en": ("When did {x} last have {what}, and what was the order?", "Which work order is the latest for {what} on {x}?",
           "Last {what} on {x} - order number?", "The most recent case of {what} at {x}: which order, which day?",
           "Find me the newest work order about {what} on {x}.", "{x}: what was the last job because of {what}?"),
    "zh": ("{x}最近一次{what}是哪张工单？", "{x}上次{what}是什么时候，工单号？", "找一下{x}最新的{what}工单", "{x}最后一次因{what}报修的单号？",
           "上回{x}{what}，工单是哪张？", "{x}{what}最近的一张单子是几号？"),
}
_LIST: dict[Language, tuple[str, ...]] = {
    "en": ("What was done on {x} in {when}?", "Which work orders were opened for {x} in {when}?", "Jobs on {x}, {when}?",
           "Show me the maintenance history of {x} for {when}.", "{when}: what did maintenance do at {x}?", "Any orders on {x} in {when}?"),
    "zh": ("{x}在{when}做过什么维修？", "{when}{x}开了哪些工单？", "查{x}{when}的维修记录", "{when}检修在{x}上干了什么活？", "{x}{when}有工单吗，哪几张？",
           "把{x}{when}的检修历史列出来"),
}
_MONTHS = "January February March April May June July August September October November December".split()
# equipment, failure mode, English and Chinese words for it: unlike any other mode's texts of that equipment
_EVENTS: list[tuple[str, str, tuple[str, ...], tuple[str, ...]]] = [
    ("duty", "ELP", ("mechanical seal leakage", "seal leaks"), ("机械密封泄漏", "机封漏")),
    ("standby", "ELP", ("leakage at the mechanical seal", "leaky seals"), ("机封泄漏", "机械密封漏")),
    ("duty", "VIB", ("high vibration", "vibration trouble"), ("振动大", "振动故障")),
    ("standby", "VIB", ("too much vibration", "high vibration"), ("振动超标", "振动高")),
    ("E", "PLU", ("fouled plates", "plugging"), ("板片堵塞", "堵塞")),
    ("P-D", "LOO", ("low dosing output", "underdosing"), ("加药量不足", "流量偏低")),
    ("P-D", "PLU", ("plugged lines", "blockage"), ("管路堵塞", "堵塞")),
    ("P-D", "ELP", ("leaks", "leakage of chemical"), ("泄漏", "漏药液")),
    ("FV", "FTR", ("failure to regulate", "poor regulation"), ("调节不灵", "调节故障")),
]


@dataclass(frozen=True)
class _Log:
    orders: tuple[Order, ...]

    def of(self, asset: str, mode: str, year: int | None = None) -> list[Order]:
        return [o for o in self.orders if o.asset == asset and o.failure_mode == mode and year in (None, o.opened.year)]


def items(plant: Plant, dealer: Dealer) -> list[Item]:
    log = _Log(tuple(orders(plant)))
    return [*_events(plant, dealer, log), *_planned(plant, dealer, log), *_months(plant, dealer, log), *_most(plant, dealer, log),
            *_orders(plant, dealer, log)]


def _key(plant: Plant, name: str) -> str:
    return {"duty": plant.duty, "standby": plant.standby}.get(name, name)


def _ask(dealer: Dealer, pool: str, frames: dict[Language, tuple[str, ...]], key: str, language: Language, fact_id: str,
         evidence: Sequence[Piece], facts: Sequence[Fact], **values: str) -> Item:
    text = dealer.deal(f"history-{pool}-{language}", frames[language])
    name = dealer.name(key, language) if key != "FV" else dealer.deal("name-FV", ["{FV}"])
    return Item(fill(text, {"x": name, **values}), language, "history", fact_id, evidence, facts, ["work_orders"])


def _events(plant: Plant, dealer: Dealer, log: _Log) -> Iterator[Item]:
    for i, (name, mode, en, zh) in enumerate(_EVENTS):
        key = _key(plant, name)
        words: dict[Language, tuple[str, ...]] = {"en": en, "zh": zh}
        year = (2025, 2024)[i % 2]
        found = log.of(plant.tag(key), mode, year)
        order = LANGUAGES if i % 2 == 0 else LANGUAGES[::-1]
        for language in order if found else ():
            yield _named(plant, _ask(dealer, "count", _COUNT, key, language, f"history.{name}.{mode}.{year}",
                                     records([o.number for o in found]), [Fact(str(len(found)))], year=str(year),
                                     what=words[language][i % 2]))
        last = log.of(plant.tag(key), mode)[-1]
        for turn, language in enumerate(reversed(order) if i % 2 == 0 else order):
            if turn == 0 or i < 6:
                yield _named(plant, _ask(dealer, "last", _LAST, key, language, f"history.{name}.{mode}.last", records([last.number]),
                                         [Fact(last.number)], what=words[language][1 - i % 2]))


def _named(plant: Plant, item: Item) -> Item:
    return replace(item, question=item.question.replace("{FV}", plant.tag("FV")))


def _planned(plant: Plant, dealer: Dealer, log: _Log) -> Iterator[Item]:
    """The last planned job of a sort that no repair of that equipment resembles."""
    for key, topic, en, zh in (("P-D", "PM-cal", "calibration", "流量标定"),):
        last = [o for o in log.orders if o.asset == plant.tag(key) and o.topic == topic][-1]
        for language in LANGUAGES:
            yield _named(plant, _ask(dealer, "last", _LAST, key, language, f"history.{key}.{topic}.last", records([last.number]),
                                     [Fact(last.number)], what=en if language == "en" else zh))


def _months(plant: Plant, dealer: Dealer, log: _Log) -> Iterator[Item]:
    """Months in which a thing had one, two or three orders."""
    for i, name in enumerate(("duty", "standby", "E", "P-D")):
        key = _key(plant, name)
        counts = Counter((o.opened.year, o.opened.month) for o in log.orders if o.asset == plant.tag(key))
        year, month = next(when for when, count in sorted(counts.items())[5 + i:] if 1 <= count <= 3 and when[0] >= 2024)
        found = [o.number for o in log.orders if o.asset == plant.tag(key) and (o.opened.year, o.opened.month) == (year, month)]
        when: dict[Language, str] = {"en": f"{_MONTHS[month - 1]} {year}", "zh": f"{year}年{month}月"}
        for language in LANGUAGES:
            yield _ask(dealer, "list", _LIST, key, language, f"history.{name}.month", records(found), [Fact(number) for number in found],
                       when=when[language])


def _most(plant: Plant, dealer: Dealer, log: _Log) -> Iterator[Item]:
    """What fails most, where one mode leads."""
    asks: dict[Language, tuple[str, ...]] = {
        "en": ("Which failure comes up most on {x}, and how many times?", "What is the most common fault of {x} in the log, with its count?",
               "What fails most often at {x}? Give the number of orders."),
        "zh": ("{x}最常见的故障是什么，出现过多少次？", "{x}哪种故障最频繁？一共几次？", "工单里{x}主要故障是哪种，多少张？")}
    for name in ("duty", "E", "P-D"):
        key = _key(plant, name)
        (mode, count), (_, second) = Counter(o.failure_mode for o in log.orders if o.asset == plant.tag(key) and o.failure_mode).most_common(2)
        if count == second:
            continue
        evidence = grouped(records([o.number for o in log.of(plant.tag(key), mode)]))
        for language in LANGUAGES:
            text = dealer.deal(f"history-most-{language}", asks[language])
            yield Item(fill(text, {"x": dealer.name(key, language)}), language, "history", f"history.{name}.most", evidence,
                       [Fact(str(count))], ["work_orders"])


def _orders(plant: Plant, dealer: Dealer, log: _Log) -> Iterator[Item]:
    """One order, by its number: which machine it was."""
    asks: dict[Language, tuple[str, ...]] = {
        "en": ("What was {order} about, and on which machine?", "{order}: equipment and what was done?"),
        "zh": ("{order}是哪台设备的，做了什么？", "工单{order}修的是什么？位号？")}
    for name, mode in (("duty", "ELP"), ("P-D", "ELP")):
        tag = plant.tag(_key(plant, name))
        order = log.of(tag, mode)[0]
        for language in LANGUAGES:
            text = dealer.deal(f"history-order-{language}", asks[language])
            yield Item(fill(text, {"order": order.number}), language, "history", f"history.{name}.order", records([order.number]),
                       [Fact(tag)])
