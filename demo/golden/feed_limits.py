"""Topics on alarm and trip limits: what manuals, alarm sheet and standards say of each."""

from collections.abc import Callable, Sequence

from demo import manual_en, manual_zh
from demo.facts import FeedPump
from demo.facts import number as n
from demo.facts_dosing import DosingPump
from demo.golden.item import Fact, Topic
from demo.golden.places import Places, Quote

Also = Callable[[str, float], list[tuple[str, Quote]]]  # (key of an instrument, limit) -> other places

_FEED: list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = [
    ("bearing", "TI-DE-A", "Drive-end bearing temperature, high", ("drive-end bearing temperature", "DE bearing temp"),
     ("驱动端轴承温度", "联轴器侧轴承温度")),
    ("vibration", "VI-A", "Vibration velocity (RMS), high", ("vibration velocity", "vibration level"), ("振动速度", "振动值")),
    ("current", "II-A", "Motor current, high", ("motor current", "amps drawn by the motor"), ("电机电流", "马达电流")),
    ("discharge", "PI-DIS-A", "Discharge pressure, high", ("discharge pressure", "outlet pressure"), ("出口压力", "泵出口压力高")),
    ("suction", "PI-SUC-A", "Suction pressure, low", ("low suction pressure", "suction pressure"), ("入口压力低", "吸入压力")),
]


def feed(f: FeedPump, places: Places, also: Also) -> list[Topic]:
    """Alarm and trip of each quantity of the feed pumps."""
    file, made = manual_en.FILE, list[Topic]()
    units = {"bearing": "°C", "vibration": "mm/s", "current": "A", "discharge": "bar", "suction": "bar"}
    for id_, key, row, en, zh in _FEED:
        pair: tuple[float, float] = getattr(f.limits, id_)
        first, second = (n(round(limit, 2)) for limit in pair)
        for turn, (which, value) in enumerate((("alarm", first), ("trip", second))):
            quotes: list[Quote] = [(row, first, second, units[id_])]
            if id_ == "bearing":
                quotes.append((f"If a bearing passes {first} °C",) if which == "alarm" else (f"Stop the pump at {second} °C.",))
            made.append(Topic(f"feed.{id_}.{which}", "table", which, "feed", places.prove(file, *quotes, also=also(key, pair[turn])),
                              [Fact(value, units[id_])], en, zh, count=(1, 1)))
    return made


def dosing(f: DosingPump, places: Places, also: Also) -> list[Topic]:
    """Of the dosing pump: pressure, flow on both sides, stroke rate."""
    rows: Sequence[tuple[str, str, tuple[str, ...], tuple[str, ...], Quote, str, str, str, float]] = [
        ("pressure.alarm", "alarm", ("discharge pressure", "delivery pressure"), ("排出压力", "出口压力"),
         ("排出压力，高", n(f.pressure_alarm_bar), n(f.pressure_trip_bar), "bar"), n(f.pressure_alarm_bar), "bar", "PI-D",
         f.pressure_alarm_bar),
        ("pressure.trip", "trip", ("discharge pressure", "delivery pressure"), ("排出压力", "出口压力"),
         ("排出压力，高", n(f.pressure_alarm_bar), n(f.pressure_trip_bar), "bar"), n(f.pressure_trip_bar), "bar", "PI-D",
         f.pressure_trip_bar),
        ("flow.low", "alarm", ("low dosing flow", "too little flow"), ("加药流量低", "流量过低"), ("加药流量，低", n(f.low_flow_lh), "-", "L/h"),
         n(f.low_flow_lh), "L/h", "FI-D", f.low_flow_lh),
        ("flow.high", "alarm", ("high dosing flow", "too much flow"), ("加药流量高", "流量过高"), ("加药流量，高", n(f.high_flow_lh), "-", "L/h"),
         n(f.high_flow_lh), "L/h", "FI-D", f.high_flow_lh),
        ("strokes", "alarm", ("stroke rate", "number of strokes per minute"), ("冲程频率", "每分钟冲程次数"),
         ("冲程频率，高", n(f.max_stroke_rate), "-", "次/分"), n(f.max_stroke_rate), "1/min", "SI-D", f.max_stroke_rate),
    ]
    return [Topic(f"dosing.{id_}", "table", shape, "P-D", places.prove(manual_zh.FILE, quote, also=also(key, limit)),
                  [Fact(value, unit)], en, zh, count=(1, 1))
            for id_, shape, en, zh, quote, value, unit, key, limit in rows]
