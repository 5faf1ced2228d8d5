"""Placed blocks as symbols: what a block's name says in either language, and the tag in its attributes."""

import re

from ingestion.parsers._drawing.canvas import Canvas, Kind, Symbol
from ingestion.parsers._drawing.labels import Label, Labels
from ingestion.parsers._drawing.model import Point, Stamp, Text, bounds, united
from ingestion.parsers._drawing.tags import Meaning, is_function, letters_of, meaning, whole_tag
from retrieval.tags import fold, normalise

# What a block is called -> what it is. Only names that say "hand" or a kind that is closed by hand make a block valve.
STATED = {
    "gate valve": Meaning("block_valve", "GateValve"),
    "ball valve": Meaning("block_valve", "BallValve"),
    "globe valve": Meaning("block_valve", "GlobeValve"),
    "butterfly valve": Meaning("block_valve", "ButterflyValve"),
    "plug valve": Meaning("block_valve", "PlugValve"),
    "needle valve": Meaning("block_valve", "NeedleValve"),
    "hand valve": Meaning("block_valve", "Valve"),
    "check valve": Meaning("check_valve", "CheckValve"),
    "relief valve": Meaning("relief_valve", "SafetyValve"),
    "control valve": Meaning("control_valve", "ControlledValve"),
    "valve": Meaning("other", "Valve"),
    "pump": Meaning("equipment", "Pump"),
    "tank": Meaning("equipment", "Tank"),
    "vessel": Meaning("equipment", "Vessel"),
    "exchanger": Meaning("equipment", "HeatExchanger"),
    "compressor": Meaning("equipment", "Compressor"),
    "strainer": Meaning("other", "Strainer"),
    "filter": Meaning("equipment", "Filter"),
    "connector": Meaning("off_page", "PipeOffPageConnector"),
    "funnel": Meaning("other", "Funnel"),
    "vent": Meaning("other", "VentilationDevice"),
    "reducer": Meaning("other", "PipeReducer"),
    "instrument": Meaning("instrument", "ProcessInstrumentationFunction"),
}
_WORDS: tuple[tuple[str, str], ...] = (
    (r"CONTROL.?V|CTRL.?V|\bFCV|\bPCV|\bTCV|\bLCV|\bXV\b|\bSDV|MOTOR.*VALVE|ACTUAT|DIAPHRAGM.?VALVE|调节阀|控制阀|电磁阀",
     "control valve"),
    (r"RELIEF|SAFETY.?V|\bPSV|\bPRV|安全阀|泄压", "relief valve"),
    (r"CHECK|NON.?RETURN|\bNRV|止回阀|逆止", "check valve"),
    (r"GATE|闸阀", "gate valve"), (r"BALL.?V|球阀", "ball valve"), (r"GLOBE|截止阀", "globe valve"),
    (r"BUTTERFLY|BFLY|蝶阀", "butterfly valve"), (r"PLUG.?V|旋塞阀", "plug valve"), (r"NEEDLE|针阀", "needle valve"),
    (r"HAND.?V|MANUAL.?V|\bHV\b|手动阀|手阀", "hand valve"), (r"VALVE|\bVLV|阀", "valve"),
    (r"OFF.?PAGE|CONNECTOR|\bOPC|跨页|接图", "connector"),
    (r"BALLOON|BUBBLE|INSTR|仪表", "instrument"), (r"PUMP|泵", "pump"),
    (r"EXCHANG|HEATER|COOLER|换热|冷却器|加热器", "exchanger"),
    (r"COMPRESSOR|BLOWER|压缩机|风机", "compressor"), (r"STRAINER", "strainer"), (r"FILTER|过滤", "filter"),
    (r"FUNNEL|漏斗", "funnel"), (r"VENT\b|放空", "vent"), (r"REDUCER|异径|大小头", "reducer"), (r"TANK|罐|槽", "tank"),
    (r"VESSEL|DRUM|COLUMN|TOWER|REACTOR|容器|塔|反应器|釜", "vessel"),
)  # fmt: skip
_TAG_NAMES = re.compile(r"TAG|TAG.?(NO|NAME|NUM).*|位号|设备位号|仪表位号|编号", re.IGNORECASE)
_LETTER_NAMES = re.compile(r"FUNC(TION)?|LETTERS?|TYPE|TOP|功能", re.IGNORECASE)
_NUMBER_NAMES = re.compile(r"(LOOP.?)?(NUM(BER)?|NO)|LOOP|BOTTOM|回路号", re.IGNORECASE)


def stated(name: str) -> str:
    """The key of ``STATED`` that a block's name comes to; empty where it says nothing."""
    plain = fold(name).upper().replace("_", " ")
    return next((key for pattern, key in _WORDS if re.search(pattern, plain)), "")


def stamp_tag(stamp: Stamp) -> str:
    """The tag that a block's attributes give it, whole or as letters and number apart; empty where none does."""
    for name, value in stamp.values.items():
        if _TAG_NAMES.fullmatch(name) and value.strip():
            return whole_tag(value) or normalise(value)
    letters = next((fold(value).strip() for name, value in stamp.values.items() if _LETTER_NAMES.fullmatch(name)), "")
    number = next((fold(value).strip() for name, value in stamp.values.items() if _NUMBER_NAMES.fullmatch(name)), "")
    if re.fullmatch(r"[A-Z]{1,5}", letters) and re.fullmatch(r"\d{2,5}[A-Z]?", number):
        return normalise(f"{letters}-{number}")
    return next((tag for value in stamp.values.values() if (tag := whole_tag(value))), "")


def find_stamps(canvas: Canvas, labels: Labels) -> None:
    """Add placed blocks to the sheet's symbols."""
    for stamp in canvas.drawing.stamps:
        kind, tag = stated(stamp.name), stamp_tag(stamp)
        paths = tuple(stroke.points for stroke in stamp.strokes)
        if not paths:
            continue
        symbol = Symbol(_kind(kind, tag), stamp.box, paths, tag=tag, stated=kind)
        if symbol.kind == "valve":
            symbol.ports = _ports(stamp)
        if tag:
            symbol.label = Label(tag, "", Text(tag, stamp.box, canvas.unit), used=True)
            for label in labels.tags:  # the attribute is drawn too
                if label.tag == tag:
                    label.used = True
        canvas.symbols.append(symbol)


def _kind(kind: str, tag: str) -> Kind:
    if kind == "instrument" or (not kind and is_function(letters_of(tag))):
        return "balloon"
    if kind == "connector":
        return "connector"
    if kind.endswith("valve") or (not kind and tag and meaning(tag).role.endswith("valve")):
        return "valve"
    return "body"


def _ports(stamp: Stamp) -> tuple[Point, Point]:
    """The two ends of a valve's block, along its own x axis."""
    x0, y0, x1, y1 = united(bounds(stroke.points) for stroke in stamp.strokes)
    across, down = (x0 + x1) / 2, (y0 + y1) / 2
    if abs(stamp.towards[0]) >= abs(stamp.towards[1]):
        return (x0, down), (x1, down)
    return (across, y0), (across, y1)
