"""Questions on the P&ID: what isolates, what comes next, which valves lie between."""

from collections.abc import Iterator, Sequence

from demo import manual_en, manual_exchanger, manual_zh
from demo.evidence import grouped, sheet
from demo.golden.deck import Dealer, fill
from demo.golden.flow import always_between, downstream, upstream
from demo.golden.item import LANGUAGES, Fact, Item, Language, Piece
from demo.golden.operating import ISOLATION
from demo.golden.places import Places
from demo.isolation import isolate
from demo.plant import Plant
from demo.procedure_isolation import PUMPS

_ISOLATE: dict[Language, tuple[str, ...]] = {
    "en": ("What must be closed to isolate {x}?", "Which valves do I shut to take {x} out of the line?", "Isolation points of {x}?",
           "I want to open up {x}. What gets shut and locked first?", "LOTO {x} - which valves?",
           "Isolate {x} from the process: valve list please", "Which valves block in {x}?"),
    "zh": ("隔离{x}要关哪些阀？", "检修{x}，要关闭并上锁哪些阀门？", "把{x}隔离出来关哪几个阀", "{x}的隔离阀有哪些？", "{x}要和系统隔断，关闭哪些阀门？",
           "{x}上锁挂牌锁哪些阀门？", "{x}要打开检查，先切断哪些阀"),
}
_DOWN: dict[Language, tuple[str, ...]] = {
    "en": ("Which equipment comes next downstream of {x}?", "Where does {x} deliver to?", "What is fed by {x}?",
           "Following the flow, what follows after {x}?", "{x} - next equipment downstream?", "Where does the flow from {x} go?"),
    "zh": ("{x}下游是什么设备？", "{x}的物料流向哪里？", "从{x}出来到哪台设备？", "{x}后面接的是什么设备？", "顺着流程，{x}之后是什么", "{x}去往哪台设备？"),
}
_UP: dict[Language, tuple[str, ...]] = {
    "en": ("What feeds {x}?", "Which equipment lies upstream of {x}?", "Where does {x} get its flow from?",
           "What comes directly before {x}?", "{x} - upstream equipment?", "From which equipment does the line to {x} come?"),
    "zh": ("{x}上游有哪些设备？", "{x}的进料来自哪里？", "哪些设备往{x}送料？", "{x}前面接的是什么设备？", "{x}的来料设备？", "逆着流程，{x}之前是什么"),
}
_BETWEEN: dict[Language, tuple[str, ...]] = {
    "en": ("Which valves lie between {x} and {y}?", "What valves does the flow from {x} to {y} pass?", "Name the valves on the path from {x} to {y}.",
           "Valves in the line {x} to {y}?", "Walking the line from {x} to {y}, which valves do I meet?",
           "If there's no flow from {x} to {y}, which valves between them could be shut?"),
    "zh": ("{x}到{y}之间有哪些阀？", "从{x}到{y}的管路上经过哪些阀门？", "{x}和{y}之间的阀门列一下", "{x}至{y}这段管线上的阀？",
           "物料从{x}到{y}要过哪几个阀？", "{x}到{y}不通，中间可能是哪些阀关着？"),
}


def items(plant: Plant, dealer: Dealer, places: Places) -> list[Item]:
    return [*_isolation(plant, dealer, places), *_neighbours(plant, dealer), *_between(plant, dealer), *_single(plant)]


def _isolation(plant: Plant, dealer: Dealer, places: Places) -> Iterator[Item]:
    for i, key in enumerate(("P-A", "P-B", "E", "P-D", "T-F", "T-P")):
        close = isolate(plant, key).close
        evidence = grouped(*[[*sheet([tag, plant.tag(key)]), *_written(plant, key, tag, places)] for tag in close])
        for language in (*LANGUAGES, LANGUAGES[i % 2]):
            yield _item(dealer, "isolate", _ISOLATE, language, f"isolate.{key}", evidence, close, {"x": dealer.name(key, language)})


def _written(plant: Plant, key: str, tag: str, places: Places) -> list[Piece]:
    """Where documents list the valve as an isolation point of this equipment."""
    part = next(part for part in plant.parts if part.tag == tag)
    own = {"P-A": (manual_en.FILE, (plant.tag(key), tag)), "P-B": (manual_en.FILE, (plant.tag(key), tag)),
           "P-D": (manual_zh.FILE, (tag, part.name_zh)), "E": (manual_exchanger.FILE, (tag, part.name.removesuffix(" valve")))}
    found = [own[key]] if key in own else []
    if key in PUMPS:
        found += [(file, (tag, name)) for file, name in zip(ISOLATION, (part.name, part.name_zh), strict=True)]
    return [piece for file, cells in found for piece in places.pdfs[file].find_all(*cells)]


def _neighbours(plant: Plant, dealer: Dealer) -> Iterator[Item]:
    for pool, frames, keys, find in (("down", _DOWN, ("P-D", "T-F", "E"), downstream), ("up", _UP, ("E", "P-A", "P-B"), upstream)):
        for key in keys:
            found = find(plant, key)
            for language in LANGUAGES:
                yield _item(dealer, pool, frames, language, f"{pool}.{key}", grouped(sheet([plant.tag(key), *found])), found,
                            {"x": dealer.name(key, language)})


def _between(plant: Plant, dealer: Dealer) -> Iterator[Item]:
    for start, end in (("P-A", "E"), ("T-F", "P-B"), ("P-D", "E"), ("T-F", "P-A"), ("P-B", "E")):
        valves = always_between(plant, start, end)
        for language in LANGUAGES[:2 if start != "P-B" else 1]:
            names = {"x": dealer.name(start, language), "y": dealer.name(end, language)}
            yield _item(dealer, "between", _BETWEEN, language, f"between.{start}.{end}", grouped(sheet([plant.tag(start), plant.tag(end), *valves])), valves, names)


def _single(plant: Plant) -> Iterator[Item]:
    """One valve, by what it is for. Manuals and drawing both tell, so no tool is asked for."""
    duty, tag = plant.duty[-1], plant.tag
    asks: list[tuple[str, str, str, str]] = [
        ("HV-D-dis", "valve.P-D.dis", f"Which hand valve sits on the discharge side of {tag('P-D')}?", f"{tag('P-D')}出口的手阀是哪个？"),
        ("NRV-D", "valve.P-D.check", "What is the tag of the non-return valve behind the dosing pump?", "计量泵出口的止回阀是几号？"),
        (f"HV-{duty}-drain", "valve.duty.drain", f"Which valve do I open to empty the casing of {tag(plant.duty)}?",
         f"放空{tag(plant.duty)}泵体用哪个排净阀？"),
        (f"HV-{duty}-suc", "valve.duty.suction", f"Tag of the suction valve on {tag(plant.duty).replace('-', '')}?",
         f"{tag(plant.duty)}的吸入阀位号？"),
        ("HV-E-drain", "valve.E.drain", "Drain valve of the plate heat exchanger: which one is it?", "换热器的排净阀是哪个位号？"),
        ("PSV", "valve.T-P.relief", "Which relief valve protects the product tank?", "产品罐上的安全阀是哪个？"),
    ]
    for key, fact_id, english, chinese in asks:
        for language, question in zip(LANGUAGES, (english, chinese), strict=True):
            yield Item(question, language, "connectivity", fact_id, [], [Fact(tag(key))])


def _item(dealer: Dealer, pool: str, frames: dict[Language, tuple[str, ...]], language: Language, fact_id: str, evidence: Sequence[Piece],
          tags: Sequence[str], names: dict[str, str]) -> Item:
    text = dealer.deal(f"connectivity-{pool}-{language}", frames[language])
    return Item(fill(text, names), language, "connectivity", fact_id, evidence, [Fact(tag) for tag in tags], ["plant_graph"])
