"""Topics of the site's operating and isolation procedures, which stand in both languages."""

from collections.abc import Iterator

from demo import procedure_isolation, procedure_operating
from demo.facts_site import Operating
from demo.golden.item import LANGUAGES, Fact, Topic
from demo.golden.places import Places, Quote
from demo.plant import Plant

OPERATING = tuple(procedure_operating.FILE.format(language=language) for language in LANGUAGES)
ISOLATION = tuple(procedure_isolation.FILE.format(language=language) for language in LANGUAGES)
# field, its words in the English and in the Chinese document
_WORDS: dict[str, tuple[str, str]] = {
    "tank_level_pct": ("is at least {} %.", "液位不低于 {} %"),
    "valve_start_pct": ("to manual and open {FV} to {} %.", "{FV} 开到 {} %"),
    "settle_min": ("Hold the flow steady for {} minutes", "流量稳定 {} 分钟后"),
    "dosing_delay_min": ("outlet temperature has been steady for {} minutes", "出口温度稳定 {} 分钟后"),
    "overlap_s": ("Let both pumps run together for {} seconds at most", "两泵并列运行不超过 {} 秒"),
    "watch_min": ("for {} minutes: seal", "{} 分钟：机械密封"),
    "cool_c": ("until the outlet is below {} °C", "直到出口温度低于 {} °C"),
    "flush_min": ("Flush the dosing line with clean water for {} minutes", "用清水冲洗加药管线 {} 分钟"),
    "drain_wait_min": ("until nothing flows. Wait {} minutes.", "排净，等待 {} 分钟"),
    "keys": ("One lock box serves at most {} people", "一个锁箱最多供 {} 人使用"),
}

# field, unit, kind, questions; {..} are tags of the plant
_ASKED: list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = [
    ("tank_level_pct", "%", "procedure",
     ("How full must {TF} be before we start up the unit?", "Least feed tank level for a start?"), ("开车前{TF}液位至少要多少？",)),
    ("valve_start_pct", "%", "procedure", ("At what opening does {FV} go when the line is started?",), ("开车时{FV}先开到百分之几？", "启动进料时调节阀开度")),
    ("settle_min", "min", "procedure", ("How long must the feed run steadily before hot water is let onto {E}?",), ("进料稳定几分钟后才能开{E}的热水？",)),
    ("dosing_delay_min", "min", "procedure", ("Start-up: how long should the outlet temperature be steady until dosing begins?",),
     ("出口温度稳定多久后启动{PD}加药？", "开车时加药要等几分钟")),
    ("overlap_s", "s", "procedure", ("During a switchover, for how many seconds do both feed pumps run together?", "Pump swap: overlap time?"),
     ("主备泵切换时两台泵并列运行多少秒？",)),
    ("watch_min", "min", "procedure", ("After swapping pumps, how long do I stay and watch the new one?",), ("倒泵之后要在现场看多长时间？",)),
    ("cool_c", "°C", "procedure", ("Down to what outlet temperature do we cool before the feed gets stopped?",), ("停车前出口温度要降到多少度才能停进料？", "停车降温到几度")),
    ("flush_min", "min", "procedure", ("How many minutes of flushing does the dosing line get at shutdown?",), ("停车时加药管线要冲洗几分钟？",)),
    ("drain_wait_min", "min", "procedure", ("Isolating a pump: drain valve open - how long before the pressure readings count?",),
     ("隔离泵时打开排净阀后等几分钟再看压力？",)),
    ("keys", "", "procedure", ("How many people may hang their keys under a single lock box?",), ("一个锁箱最多几个人共用？",)),
]


def topics(f: Operating, plant: Plant, places: Places) -> Iterator[Topic]:
    tags = {"TF": plant.tag("T-F"), "FV": plant.tag("FV"), "E": plant.tag("E"), "PD": plant.tag("P-D")}
    for field, unit, kind, en, zh in _ASKED:
        files = ISOLATION if field in ("drain_wait_min", "keys") else OPERATING
        value = str(getattr(f, field))
        words = [text.replace("{}", value).replace("{FV}", tags["FV"]) for text in _WORDS[field]]
        yield Topic(f"operating.{field}", kind, "value", "feed", places.prove(files[0], words[0], also=[(files[1], (words[1],))]),
                    [Fact(value, unit)], asks_en=[text.format_map(tags) for text in en], asks_zh=[text.format_map(tags) for text in zh],
                    count=(len(en), len(zh)))


def said(english: str, chinese: str) -> list[tuple[str, Quote]]:
    """Where the operating procedure says what a manual says too, in both languages."""
    return [(OPERATING[0], (english,)), (OPERATING[1], (chinese,))]
