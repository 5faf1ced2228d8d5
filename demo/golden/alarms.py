"""Topics of the alarm response sheet: what the operator does, and how long there is for it."""

from collections.abc import Callable, Iterator, Sequence

from demo.facts_alarms import Alarm
from demo.golden.item import Fact, Piece, Topic
from demo.plant import Plant

_ACTION_EN = ("{tag} just went {state}. What do I do?", "Operator response to the {state} alarm of {tag}?", "{tag} {state} alarm: first action?",
              "The {state} alarm {tag} is up. How do I react?", "What does the response sheet say for {tag} {state}?",
              "Alarm {tag}, {state}. Steps for the operator?", "How should {tag} be handled when it alarms {state}?")
_ACTION_ZH = ("{tag}{state}报警了怎么处理？", "{tag}来了{state}报警，操作工该做什么？", "{tag}{state}报警的应对措施", "{tag}{state}，第一步怎么办？",
              "报警响应表里{tag}{state}怎么写？", "出现{tag}{state}报警要采取什么动作？", "{tag}报{state}，操作步骤？")
_TIME_EN = ("How long do I have to respond to the {state} alarm of {tag}?", "Response time for {tag} {state}?",
            "{tag} in {state} alarm: within how many minutes must I act?", "Time allowed to the operator, {tag} {state} alarm?",
            "How quickly must {tag} {state} be dealt with?", "Minutes to respond when {tag} goes {state}?")
_TIME_ZH = ("{tag}{state}报警要在几分钟内响应？", "{tag}{state}报警的响应时间", "{tag}报{state}，操作工有多少时间处理？", "{tag}{state}报警允许多长时间处理？",
            "{tag}{state}必须多久之内动作？", "{tag}{state}报警留给操作的时间（分钟）")
_STATES = {"low_low": ("low-low", "低低"), "low": ("low", "低"), "high": ("high", "高"), "high_high": ("high-high", "高高")}
# key of the instrument, limit, key of a tag that the action names
_ASKED: list[tuple[str, str, str]] = [
    ("TI-DE-{d}", "high_high", "{s}"), ("VI-{d}", "high_high", "{s}"), ("PI-SUC-{d}", "low_low", "{d}"), ("TICSA", "high_high", "HV-E-hot-in"),
    ("LIC", "high_high", "HV-TP-in"), ("PDI-E", "high_high", "FIC"), ("PI-D", "high", "HV-D-dis"), ("FI-D", "low", "HV-D-suc"),
    ("FIC", "low", "FV"), ("LI-TF", "low_low", "P-D"),
]


def topics(alarms: Sequence[Alarm], plant: Plant, row: Callable[[Alarm], list[Piece]], time: Callable[[Alarm], list[Piece]]) -> Iterator[Topic]:
    """``row``: the evidence of an alarm's action, ``time``: of its minutes."""
    for i, (template, state, names) in enumerate(_ASKED):
        letters = {"d": plant.duty[-1], "s": plant.standby[-1]}
        key = template.format(**letters)
        alarm = next(a for a in alarms if (a.key, a.state) == (key, state))
        named = plant.tag(f"P-{letters[names[1]]}" if names.startswith("{") else names)
        id_ = f"alarm.{template.removesuffix('-{d}')}.{state}"
        yield _topic(f"{id_}.action", "procedure", row(alarm), Fact(named), _ACTION_EN, _ACTION_ZH, alarm, i)
        if i % 2 == 0:
            yield _topic(f"{id_}.minutes", "table", time(alarm), Fact(str(alarm.minutes), "min"), _TIME_EN, _TIME_ZH, alarm, i // 2)


def _topic(id_: str, kind: str, evidence: Sequence[Piece], fact: Fact, english: Sequence[str], chinese: Sequence[str], alarm: Alarm,
           turn: int) -> Topic:
    """Its two questions: each frame of a pool once before any comes again."""
    en, zh = _STATES[alarm.state]
    asked = [frames[turn % len(frames)].replace("{tag}", alarm.tag).replace("{state}", state) for frames, state in ((english, en), (chinese, zh))]
    return Topic(id_, kind, "value", "feed", evidence, [fact], asks_en=asked[:1], asks_zh=asked[1:], count=(1, 1))
