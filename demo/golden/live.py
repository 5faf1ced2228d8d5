"""Questions that live tags answer: what it reads, and whether that is within its limit."""

from collections.abc import Iterator, Sequence

from demo.facts import number
from demo.golden.deck import Dealer, fill
from demo.golden.item import Fact, Item, Language
from demo.plant import Plant

_READ: dict[Language, tuple[str, ...]] = {
    "en": ("What is the {what} of {x} right now?", "{x}: {what} at the moment?", "Read me the {what} on {x}, live.",
           "Current reading of the {what}, {x}?", "What are we getting for {what} at {x} now?", "{x} {what} now",
           "How does the {what} of {x} stand at present?"),
    "zh": ("{x}的{what}现在是多少？", "{x}当前{what}", "看一下{x}{what}的实时值", "{x}{what}目前读数多少？", "现在{x}{what}多少",
           "这会儿{x}的{what}是几？（当前值）", "报一下{x}{what}的实时读数"),
}
_HIGH: dict[Language, tuple[str, ...]] = {
    "en": ("Is the {what} of {x} above its alarm limit at the moment?", "Is {x} over the limit with its {what} now?",
           "{x} {what}: still under the alarm limit right now?", "Does the {what} of {x} currently exceed its limit?",
           "Do we have to worry about the {what} of {x}, is it above the alarm value at present?",
           "How far is the {what} of {x} from its alarm limit now?"),
    "zh": ("{x}的{what}现在超限了吗？", "{x}{what}目前有没有超过报警值？", "现在{x}的{what}高不高，超报警限没有？", "{x}{what}当前离报警值还差多少？",
           "{x}的{what}此刻在报警限值以内吗？", "看看{x}{what}现在超没超限"),
}
# key of the instrument, key of what it is asked of, names of the quantity, also asked against its high limit
_TAGS: list[tuple[str, str, tuple[str, str], tuple[str, str], bool]] = [
    ("TI-DE-{d}", "duty", ("drive-end bearing temperature", "DE bearing temp"), ("驱动端轴承温度", "驱动端轴温"), True),
    ("TI-NDE-{d}", "duty", ("non-drive-end bearing temperature", "NDE bearing temp"), ("非驱动端轴承温度", "非驱动端轴温"), True),
    ("VI-{d}", "duty", ("vibration", "vibration velocity"), ("振动", "振动值"), True),
    ("II-{d}", "duty", ("motor current", "motor amps"), ("电机电流", "电流"), True),
    ("PI-DIS-{d}", "duty", ("discharge pressure", "outlet pressure"), ("出口压力", "排出压力"), True),
    ("PI-SUC-{d}", "duty", ("suction pressure", "inlet pressure"), ("入口压力", "吸入压力"), False),
    ("SI-{d}", "duty", ("speed", "rpm"), ("转速", "泵转速"), False),
    ("TI-DE-{s}", "standby", ("drive-end bearing temperature", "DE bearing temperature"), ("驱动端轴承温度", "驱动端轴承温度"), True),
    ("VI-{s}", "standby", ("vibration", "vibration velocity"), ("振动速度", "振动"), False),
    ("LIC", "T-P", ("level", "filling level"), ("液位", "料位"), True),
    ("TI-TP", "T-P", ("temperature", "product temperature"), ("温度", "罐内温度"), False),
    ("PI-TP", "T-P", ("pressure", "gas pressure"), ("压力", "罐压"), True),
    ("AI", "T-P", ("conductivity", "product conductivity"), ("电导率", "产品电导率"), False),
    ("LI-TF", "T-F", ("level", "filling level"), ("液位", "料位"), True),
    ("TI-TF", "T-F", ("temperature", "liquid temperature"), ("温度", "料液温度"), False),
    ("TICSA", "E", ("product outlet temperature", "outlet temperature on the product side"), ("产品出口温度", "出料温度"), True),
    ("TI-E-in", "E", ("product inlet temperature", "temperature of the product going in"), ("产品入口温度", "进料温度"), False),
    ("PDI-E", "E", ("differential pressure", "pressure drop on the product side"), ("产品侧压差", "压差"), True),
    ("TI-E-hot-in", "E", ("hot water supply temperature", "hot water inlet temperature"), ("热水供水温度", "热水进水温度"), False),
    ("FI-D", "P-D", ("dosing flow", "flow"), ("加药流量", "流量"), True),
    ("PI-D", "P-D", ("discharge pressure", "delivery pressure"), ("出口压力", "排出压力"), True),
    ("SI-D", "P-D", ("stroke rate", "stroke frequency"), ("冲程频率", "冲次"), False),
]


def items(plant: Plant, dealer: Dealer) -> list[Item]:
    return list(_items(plant, dealer))


def _items(plant: Plant, dealer: Dealer) -> Iterator[Item]:
    for i, (template, of, en, zh, limited) in enumerate(_TAGS):
        key = template.format(d=plant.duty[-1], s=plant.standby[-1])
        subject = {"duty": plant.duty, "standby": plant.standby}.get(of, of)
        first: Language = "zh" if i % 2 else "en"
        second: Language = "en" if i % 2 else "zh"
        names: dict[Language, tuple[str, str]] = {"en": en, "zh": zh}
        for language in (first, second) if i % 3 == 0 else (first,):
            yield _item(plant, dealer, "read", _READ, language, key, subject, names[language][i // 2 % 2], ())
        instrument = plant.instrument(key)
        if limited and instrument.high is not None:
            limit = Fact(number(round(instrument.high, 2)), instrument.unit)
            for language in (second, first) if i % 3 == 1 else (second,):
                yield _item(plant, dealer, "high", _HIGH, language, key, subject, names[language][1 - i // 2 % 2], (limit,))


def _item(plant: Plant, dealer: Dealer, pool: str, frames: dict[Language, tuple[str, ...]], language: Language, key: str, subject: str,
          what: str, facts: Sequence[Fact]) -> Item:
    text = dealer.deal(f"live-{pool}-{language}", frames[language])
    kind = "live_limit" if facts else "live"
    generic = key.replace(f"-{plant.duty[-1]}", "-duty").replace(f"-{plant.standby[-1]}", "-standby")
    return Item(fill(text, {"what": what, "x": dealer.name(subject, language)}), language, kind, f"{kind}.{generic}", [], facts,
                ["read_tags"], [plant.tag(key)])
