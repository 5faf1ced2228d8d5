"""Topics of the site standard: what its revision changed, and what else it asks for."""

from collections.abc import Iterator, Sequence

from demo import revisions
from demo.facts import number as n
from demo.facts_site import Standard
from demo.golden.item import Fact, Piece, Topic
from demo.golden.places import Places

FILE = revisions.FILE


def topics(old: Standard, new: Standard, places: Places) -> Iterator[Topic]:
    yield from _changes(old, new, places)
    yield from _facts(new, places)


def _own(id_: str, kind: str, evidence: Sequence[Piece], facts: Sequence[Fact], en: Sequence[str], zh: Sequence[str]) -> Topic:
    return Topic(id_, kind, "value", "feed", evidence, facts, asks_en=en, asks_zh=zh, count=(len(en), len(zh)))


def _changes(old: Standard, new: Standard, places: Places) -> Iterator[Topic]:
    limits = [("bearing", "Bearing temperature, alarm", n(old.bearing_alarm_c), n(new.bearing_alarm_c), "°C"),
              ("vibration", "Vibration velocity, alarm", n(old.vibration_alarm_mm_s), n(new.vibration_alarm_mm_s), "mm/s"),
              ("sample", "Interval of oil samples", str(old.oil_sample_months), str(new.oil_sample_months), "month")]
    for id_, row, before, after, unit in limits:
        en, zh, en_before, zh_before = _QUESTIONS[id_]
        evidence = places.prove(FILE, (row, before, after))
        yield _own(f"revision.{id_}", "revision", evidence, [Fact(before, unit), Fact(after, unit)],
                   [text.replace("{doc}", new.document) for text in en], [text.replace("{doc}", new.document) for text in zh])
        yield _own(f"revision.{id_}.before", "revision", evidence, [Fact(before, unit)],
                   [text.replace("{doc}", new.document) for text in en_before], [text.replace("{doc}", new.document) for text in zh_before])
    yield _own("revision.effective", "revision", places.prove(FILE, ("Effective date", new.effective), ("B", new.effective)), [Fact(new.effective)],
               [f"Since when does the current issue of {new.document} apply?", "From which day on is the new pump lubrication standard in force?"],
               [f"{new.document}现行版从哪天起执行？", "新版润滑和振动标准什么时候生效的"])
    yield _own("revision.valid", "revision", places.prove(FILE, "Revision B replaces revision A, which is no longer valid."), [],
               [f"Someone has a copy of {new.document} rev A. May we still use it?"], [f"{new.document}的A版还能用吗？"])


# what changed in English and Chinese, and what it was before
_QUESTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "bearing": (("How did the permitted bearing temperature change with the new issue of {doc}?", "{doc} rev A against rev B: bearing alarm?"),
                ("{doc}改版后轴承温度报警值由多少改成多少？",),
                ("What bearing temperature alarm did the superseded issue of the site standard have?",), ("旧版现场标准里轴承温度报警是几度？",)),
    "vibration": (("What is different about the vibration alarm in revision B of the pump standard?",),
                  ("泵的润滑振动标准新旧两版，振动报警值各是多少？", "{doc}修订后振动报警怎么变的"),
                  ("Which vibration alarm limit applied under {doc} revision A?",), ("{doc} A版规定的振动报警值？",)),
    "sample": (("Oil samples: how did the interval change from the old to the new site standard?",), ("油样的取样间隔，{doc}新旧版有什么变化？",),
               ("At what interval were oil samples taken when revision A was still valid?", "Old rule for oil sampling in {doc}?"),
               ("按作废的A版标准，几个月取一次油样？",)),
}


def _facts(new: Standard, places: Places) -> Iterator[Topic]:
    months, rise = new.oil_sample_months, new.report_rise_pct
    yield _own("standard.sample", "fact", places.prove(FILE, f"every {months} months and send it"), [Fact(str(months), "month")],
               ["How often does each pump get an oil sample taken, by the site standard?"], ["现场标准规定多长时间取一次油样？"])
    yield _own("standard.volume", "procedure", places.prove(FILE, f"Draw {new.oil_sample_ml} mL from the middle of the oil"),
               [Fact(str(new.oil_sample_ml), "mL")], ["Site standard: what volume do I take for a pump oil sample?"], ["按现场标准，油样取多少毫升？"])
    yield _own("standard.water", "fact", places.prove(FILE, f"more than {new.water_ppm} mg/kg of water"), [Fact(str(new.water_ppm), "mg/kg")],
               ["At which water content in the oil must it be changed straight away?"], ["化验油里含水超过多少必须马上换油？"])
    yield _own("standard.rise", "fact", places.prove(FILE, f"rose by more than {rise} % since the last route"), [Fact(str(rise), "%")],
               ["By how much may vibration grow between two routes before I have to report it?"], ["两次巡检之间振动涨多少要上报？"])
    yield _own("standard.route", "fact", places.prove(FILE, f"every {new.vibration_route_days} days on the route"), [Fact(str(new.vibration_route_days), "day")],
               ["How many days lie between two vibration routes?"], ["多少天测一次振动（巡检路线）？"])
