"""Where everything of the demo P&ID goes: A1 landscape, millimetres, y up. Keys are those of ``demo.plant``.

Pump B's strip is pump A's, 200 mm lower. A pipe runs straight between neighbours of its ``keys``, by way of ``VIA``.
"""

from typing import NamedTuple

from demo.plant import Pipe

Point = tuple[float, float]
WIDTH, HEIGHT = 841.0, 594.0
PUMP_GAP = 200.0


class Label(NamedTuple):
    x: float
    y: float
    justify: str = "CenterCenter"
    angle: float = 0.0


PLACE: dict[str, Point] = {
    "T-F": (110, 400), "E": (650, 350), "T-P": (770, 430), "P-D": (515, 90),
    "from-supply": (44, 430), "HV-TF-out": (155, 300), "HV-TF-drain": (98, 332), "drain-TF": (98, 312),
    "tee-suction": (200, 300), "tee-discharge": (450, 350), "tee-FV-in": (478, 350), "HV-FV-in": (497, 350),
    "FV": (518, 350), "HV-FV-out": (539, 350), "HV-FV-by": (518, 322), "tee-FV-out": (558, 350),
    "tee-dosing": (580, 350),
    "tee-E-in": (598, 350), "HV-E-in": (612, 350), "HV-E-out": (681, 350), "tee-E-out": (704, 350),
    "HV-E-by": (650, 395),
    "HV-TP-in": (735, 455), "HV-E-drain": (638, 310), "drain-E": (638, 292),
    "hot-supply": (797, 240), "HV-E-hot-in": (760, 240), "TV": (694, 240), "HV-E-hot-out": (760, 205),
    "hot-return": (797, 205), "HV-TP-out": (780, 366), "LV": (780, 328), "to-customer": (797, 285),
    "HV-TP-drain": (760, 366), "drain-TP": (760, 348), "PSV": (770, 499), "to-flare": (800, 525),
    "from-chemical": (44, 90), "HV-D-suc": (465, 90), "NRV-D": (531, 150), "HV-D-dis": (562, 150),
    "HV-D-drain": (515, 60), "drain-D": (515, 42),
}
_PUMP_PLACE: dict[str, Point] = {
    "P-{}": (303, 400), "HV-{}-suc": (224, 400), "STR-{}": (250, 400), "tee-pump-{}": (332, 450), "NRV-{}": (356, 450),
    "HV-{}-dis": (402, 450), "tee-warm-{}": (428, 450), "HV-{}-warm": (380, 425), "HV-{}-drain": (303, 364),
    "drain-{}": (303, 346),
}
# Corners of the pipe between two neighbours.
VIA: dict[tuple[str, str], tuple[Point, ...]] = {
    ("T-F", "HV-TF-out"): ((122, 300),), ("tee-suction", "HV-A-suc"): ((200, 400),),
    ("tee-suction", "HV-B-suc"): ((200, 200),), ("HV-A-rec", "T-F"): ((98, 500),),
    ("tee-pump-A", "HV-A-rec"): ((332, 500),),
    ("tee-pump-B", "HV-B-rec"): ((332, 320),), ("HV-B-rec", "T-F"): ((182, 320), (182, 475), (122, 475)),
    ("tee-warm-A", "tee-discharge"): ((450, 450),), ("tee-warm-B", "tee-discharge"): ((450, 250),),
    ("tee-FV-in", "HV-FV-by"): ((478, 322),), ("HV-FV-by", "tee-FV-out"): ((558, 322),),
    ("tee-E-in", "HV-E-by"): ((598, 395),), ("HV-E-by", "tee-E-out"): ((704, 395),),
    ("tee-E-out", "HV-TP-in"): ((722, 350), (722, 455)), ("TV", "E"): ((662, 240),),
    ("E", "HV-E-hot-out"): ((650, 205),),
    ("LV", "to-customer"): ((780, 285),), ("PSV", "to-flare"): ((800, 499),), ("P-D", "NRV-D"): ((515, 150),),
    ("HV-D-dis", "tee-dosing"): ((580, 150),),
}
_PUMP_VIA: dict[tuple[str, str], tuple[Point, ...]] = {
    ("P-{}", "tee-pump-{}"): ((303, 450),), ("tee-warm-{}", "HV-{}-warm"): ((428, 425),),
    ("HV-{}-warm", "tee-pump-{}"): ((332, 425),),
}
# Nozzles, by equipment and the neighbour that the pipe goes to.
NOZZLE: dict[tuple[str, str], Point] = {
    ("T-F", "from-supply"): (85, 430), ("T-F", "HV-TF-out"): (122, 355.9), ("T-F", "HV-TF-drain"): (98, 355.9),
    ("T-F", "HV-A-rec"): (98, 444.1), ("T-F", "HV-B-rec"): (122, 444.1), ("E", "HV-E-in"): (632, 350),
    ("E", "HV-E-out"): (668, 350), ("E", "HV-E-drain"): (638, 328), ("E", "HV-E-hot-out"): (650, 328),
    ("E", "TV"): (662, 328),
    ("T-P", "HV-TP-in"): (748, 455), ("T-P", "HV-TP-out"): (780, 386.1), ("T-P", "HV-TP-drain"): (760, 386.1),
    ("T-P", "PSV"): (770, 474.6), ("P-D", "HV-D-suc"): (502, 90), ("P-D", "NRV-D"): (515, 103),
    ("P-D", "HV-D-drain"): (515, 77),
}
_PUMP_NOZZLE: dict[tuple[str, str], Point] = {
    ("P-{}", "HV-{}-suc"): (290, 400), ("P-{}", "STR-{}"): (290, 400), ("P-{}", "tee-pump-{}"): (303, 413),
    ("P-{}", "HV-{}-drain"): (303, 387),
}
# Bubbles: their centres and the signal line from what they measure, which ends at the bubble.
BUBBLES: dict[str, tuple[Point, tuple[Point, ...]]] = {
    "FIC": ((518, 403), ((465, 350), (465, 403))), "TICSA": ((694, 310), ((694, 350),)),
    "LIC": ((815, 392), ((792, 392),)), "LI-TF": ((160, 420), ((135, 420),)), "TI-TF": ((160, 385), ((135, 385),)),
    "TI-TP": ((815, 440), ((792, 440),)), "PI-TP": ((815, 464), ((792, 464),)), "AI": ((815, 416), ((792, 416),)),
    "TI-E-in": ((621, 373), ((621, 350),)), "TI-E-hot-in": ((730, 266), ((730, 240),)),
    "TI-E-hot-out": ((690, 180), ((690, 205),)), "PDI-E": ((684, 370), ((668, 370),)),
    "FI-D": ((554, 235), ((580, 235),)),
    "PI-D": ((546, 178), ((546, 150),)), "SI-D": ((548, 90), ((528, 90),)),
    "ZI-FV": ((548, 403), ((523, 361), (548, 361))),
}
_PUMP_BUBBLES: dict[str, tuple[Point, tuple[Point, ...]]] = {
    "PI-SUC-{}": ((272, 428), ((272, 400),)), "PI-DIS-{}": ((379, 478), ((379, 450),)),
    **{key: ((340 + 22 * i, 373), ((316, 400), (340 + 22 * i, 400)))
       for i, key in enumerate(("TI-DE-{}", "TI-NDE-{}", "VI-{}", "II-{}", "SI-{}"))},
}
# Signal lines from a controller to the actuator of its valve, and how the actuator is turned (its local x axis).
CONTROL: dict[str, tuple[str, tuple[Point, ...], Point]] = {
    "FIC": ("FV", ((518, 393.5), (518, 363)), (1, 0)), "TICSA": ("TV", ((694, 300.5), (694, 253)), (1, 0)),
    "LIC": ("LV", ((815, 382.5), (815, 328), (793, 328)), (0, -1)),
}
# Tags that do not stand above their valve.
TAGS: dict[str, Label] = {
    "HV-TF-drain": Label(93, 332, "RightCenter"), "HV-E-drain": Label(633, 310, "RightCenter"),
    "HV-TP-drain": Label(755, 366, "RightCenter"), "HV-TP-out": Label(785, 366, "LeftCenter"),
    "LV": Label(775, 328, "RightCenter"), "PSV": Label(764, 503, "RightCenter"),
    "HV-D-drain": Label(520, 60, "LeftCenter"),
    "HV-FV-in": Label(497, 342), "FV": Label(518, 342), "HV-FV-out": Label(539, 342), "HV-E-in": Label(612, 342),
    "HV-E-out": Label(681, 342), "TV": Label(694, 231), "HV-D-dis": Label(566, 158), "NRV-D": Label(524, 158),
    "P-D": Label(490, 75), "E": Label(650, 379), "T-F": Label(110, 405), "T-P": Label(770, 435),
    "to-flare": Label(800, 548), "drain-TF": Label(98, 303), "drain-E": Label(638, 283), "drain-TP": Label(760, 339),
    "drain-D": Label(515, 33),
}
_PUMP_TAGS: dict[str, Label] = {
    "P-{}": Label(277, 384), "HV-{}-drain": Label(308, 364, "LeftCenter"), "drain-{}": Label(303, 337),
}
# Line numbers, by the first two keys of the pipe.
LINES: dict[tuple[str, str], Label] = {
    ("from-supply", "T-F"): Label(64, 435), ("T-F", "HV-TF-out"): Label(158, 292),
    ("T-F", "HV-TF-drain"): Label(93, 345, "RightCenter"),
    ("tee-suction", "HV-A-suc"): Label(195, 355, angle=90), ("tee-suction", "HV-B-suc"): Label(195, 245, angle=90),
    ("P-A", "tee-pump-A"): Label(445, 415, angle=90), ("P-B", "tee-pump-B"): Label(445, 300, angle=90),
    ("tee-pump-A", "HV-A-rec"): Label(190, 505), ("tee-pump-B", "HV-B-rec"): Label(232, 325),
    ("tee-discharge", "tee-FV-in"): Label(577, 356), ("tee-E-in", "HV-E-in"): Label(607, 334),
    ("E", "HV-E-out"): Label(678, 386), ("tee-E-out", "HV-TP-in"): Label(717, 430, angle=90),
    ("E", "HV-E-drain"): Label(633, 322, "RightCenter"), ("hot-supply", "HV-E-hot-in"): Label(667, 284, angle=90),
    ("E", "HV-E-hot-out"): Label(645, 255, angle=90), ("T-P", "HV-TP-out"): Label(775, 301, angle=90),
    ("T-P", "PSV"): Label(789, 491), ("T-P", "HV-TP-drain"): Label(755, 379, "RightCenter"),
    ("from-chemical", "HV-D-suc"): Label(300, 95), ("P-D", "NRV-D"): Label(575, 290, angle=90),
    ("P-D", "HV-D-drain"): Label(510, 68, "RightCenter"), ("tee-FV-in", "HV-FV-by"): Label(518, 308),
    ("tee-E-in", "HV-E-by"): Label(678, 400),
}
_PUMP_LINES: dict[tuple[str, str], Label] = {
    ("P-{}", "HV-{}-drain"): Label(298, 374, "RightCenter"), ("tee-warm-{}", "HV-{}-warm"): Label(380, 411.5),
}

for _letter, _dy in (("A", 0.0), ("B", -PUMP_GAP)):
    def _move(point: Point, dy: float = _dy) -> Point:
        return point[0], point[1] + dy

    def _pair(pair: tuple[str, str], letter: str = _letter) -> tuple[str, str]:
        return pair[0].format(letter), pair[1].format(letter)

    PLACE |= {key.format(_letter): _move(point) for key, point in _PUMP_PLACE.items()}
    VIA |= {_pair(pair): tuple(map(_move, points)) for pair, points in _PUMP_VIA.items()}
    NOZZLE |= {_pair(pair): _move(point) for pair, point in _PUMP_NOZZLE.items()}
    BUBBLES |= {key.format(_letter): (_move(at), tuple(map(_move, line))) for key, (at, line) in _PUMP_BUBBLES.items()}
    TAGS |= {key.format(_letter): at._replace(y=at.y + _dy) for key, at in _PUMP_TAGS.items()}
    LINES |= {_pair(pair): at._replace(y=at.y + _dy) for pair, at in _PUMP_LINES.items()}
PLACE |= {"HV-A-rec": (250, 500), "HV-B-rec": (268, 320)}


def anchor(key: str, neighbour: str) -> Point:
    """Where a pipe from ``neighbour`` meets a part: its nozzle, or its own place."""
    return NOZZLE.get((key, neighbour), PLACE[key])


def corners(pipe: Pipe, index: int) -> tuple[Point, ...]:
    """Corners between the pipe's keys ``index`` and ``index + 1``."""
    return VIA.get((pipe.keys[index], pipe.keys[index + 1]), ())


def tag_label(key: str, role: str) -> Label:
    x, y = PLACE[key]
    return TAGS.get(key, Label(x, y + (0 if role == "off_page" else 8.5)))


def centre(key: str) -> Point:
    """The middle of an off-page connector's box: its point is at the pipe of an inlet, away from it at an outlet."""
    x, y = PLACE[key]
    return x + (-17 if x < WIDTH / 2 else 17 if key == "hot-supply" else 13), y
