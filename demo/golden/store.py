"""Topics of the store's list of spare parts: stock, place, lead time."""

from collections.abc import Callable, Iterator

from demo.facts_spares import StoreItem
from demo.golden.item import Fact, Piece, Topic

_PROPERTIES: dict[str, Callable[[StoreItem], Fact]] = {
    "stock": lambda item: Fact(str(item.stock)),
    "lead": lambda item: Fact(str(item.lead_days)),  # its unit stands in the head of the column
    "place": lambda item: Fact(item.place),
    "least": lambda item: Fact(str(item.least)),
}
# fact id, subject, part as its manual names it, English and Chinese names, what is asked of it
_PARTS: list[tuple[str, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = [
    ("seal", "feed", "Mechanical seal", ("mechanical seal", "mech seal"), ("机械密封", "机封"), ("stock", "lead")),
    ("spider", "feed", "Coupling spider", ("coupling spider",), ("联轴器弹性块",), ("place", "stock")),
    ("de-bearing", "feed", "Drive-end bearing", ("drive-end bearing",), ("驱动端轴承",), ("lead", "place")),
    ("diaphragm", "P-D", "Diaphragm", ("diaphragm",), ("隔膜", "膜片"), ("stock", "place")),
    ("suction-valve", "P-D", "Suction valve assembly", ("suction valve assembly",), ("吸入阀组件",), ("lead",)),
    ("gasket-set", "E", "Gasket set, complete", ("complete gasket set",), ("整套密封垫",), ("lead", "stock")),
    ("channel-gasket", "E", "Channel gasket", ("channel gasket",), ("通道密封垫",), ("least", "place")),
]


def topics(items: tuple[StoreItem, ...], tags: dict[str, str], row: Callable[[StoreItem], list[Piece]]) -> Iterator[Topic]:
    """``tags``: of each subject; ``row``: the evidence of an item."""
    for id_, subject, name, en, zh, asked in _PARTS:
        item = next(item for item in items if item.name == name and tags[subject] in item.fits)
        for what in asked:
            yield Topic(f"spares.{what}.{id_}", "table", f"store-{what}", subject, row(item), [_PROPERTIES[what](item)], en, zh, count=(1, 1))


_POOLS: dict[str, dict[str, tuple[str, ...]]] = {
    "stock": {
        "en": ("What is the count in store of the {what} for {x}?", "Stock of the {what}, {x}?", "Do we have a {what} for {x} on the shelf? How many?",
               "{x} {what} - how many left?", "Inventory check: {what} of {x}.", "What quantity of the {what} for {x} does the stock list show?"),
        "zh": ("{x}的{what}库存还有几个？", "仓库里{x}的{what}有多少？", "查{x}{what}的库存数", "{x}{what}还剩几件", "备件库{x}{what}数量？", "{x}的{what}现存多少件？"),
    },
    "lead": {
        "en": ("How many days does the supplier need for a {what} of {x}?", "Lead time of the {what}, {x}?",
               "If I order a {what} for {x} today, in how many days is it here?", "{x} {what}: delivery time?",
               "How long do we wait for a new {what} for {x}?", "Delivery of a {what} for {x} takes how many days?"),
        "zh": ("{x}的{what}订货周期几天？", "今天订{x}的{what}，多少天到货？", "{x}{what}交货期", "供应商供{x}的{what}要多久？", "{x}{what}采购要等几天", "买{x}的{what}，到货时间？"),
    },
    "place": {
        "en": ("Where in the store is the {what} for {x}?", "Shelf location of the {what}, {x}?", "In which bin do I find the {what} of {x}?",
               "{x} {what} - which rack?", "Storage place of the {what} for {x}, please.", "I'm in the store. Where is the {what} for {x}?"),
        "zh": ("{x}的{what}放在哪个货位？", "{x}{what}库位号", "仓库里{x}的{what}在哪个架子？", "找{x}{what}，货位多少", "{x}的{what}存放位置？", "去库房领{x}{what}，在哪个位置"),
    },
    "least": {
        "en": ("What is the minimum stock of the {what} for {x}?", "What number of the {what} of {x} must always be kept?", "Reorder level of the {what}, {x}?",
               "{x} {what}: least stock?", "Below which number do we have to reorder the {what} for {x}?", "Minimum quantity on hand, {what}, {x}?"),
        "zh": ("{x}的{what}最低库存是几件？", "{x}{what}至少要备几个？", "{x}的{what}库存下限", "{x}{what}少于几个要补货？", "{x}的{what}安全库存多少", "{x}{what}最少存几件"),
    },
}
FRAMES = {f"store-{name}": frames for name, frames in _POOLS.items()}
