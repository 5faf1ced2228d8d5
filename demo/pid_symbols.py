"""The demo P&ID's own symbols, in mm about (0, 0), flow along +x: after the usual ISO 10628 and ISA-5.1 look."""

from typing import NamedTuple

Points = tuple[tuple[float, float], ...]


class Path(NamedTuple):
    """A polyline, or with ``filled`` a solid shape."""

    points: Points
    weight: float = 0.35
    filled: bool = False


class Arc(NamedTuple):
    """A circle, or the part of it from ``start`` counter-clockwise to ``end`` degrees."""

    x: float
    y: float
    radius: float
    start: float | None = None
    end: float | None = None
    filled: bool = False


HALF = 6.0  # of a valve's length: its nodes lie at -6 and +6
BUBBLE = 9.5  # radius
_BOW = Path(((-HALF, 3.4), (-HALF, -3.4), (HALF, 3.4), (HALF, -3.4), (-HALF, 3.4)))
_BARS = (Path(((-HALF, 3.4), (-HALF, -3.4))), Path(((HALF, 3.4), (HALF, -3.4))))
_PUMP = Arc(0, 0, 13)
_RISE: tuple[Path | Arc, ...] = (_PUMP, Path(((-13, 0), (0, 13), (13, 0))))


def _box(half_width: float, half_height: float) -> Path:
    w, h = half_width, half_height
    return Path(((-w, -h), (w, -h), (w, h), (-w, h), (-w, -h)))


# Element of the catalogue and primitives, by ComponentName.
SHAPES: dict[str, tuple[str, tuple[Path | Arc, ...]]] = {
    "GateValveShape": ("PipingComponent", (_BOW,)),
    "GlobeValveShape": ("PipingComponent", (_BOW, Arc(0, 0, 1.7, filled=True))),
    "BallValveShape": ("PipingComponent", (Path(((-HALF, 3.4), (-HALF, -3.4), (-2.2, -1.2))), Path(((-HALF, 3.4),
                       (-2.2, 1.2))), Path(((HALF, 3.4), (HALF, -3.4), (2.2, -1.2))), Path(((HALF, 3.4), (2.2, 1.2))),
                       Arc(0, 0, 2.5))),
    "ButterflyValveShape": ("PipingComponent", (*_BARS, Path(((-HALF, -3.4), (HALF, 3.4))),
                                                Arc(0, 0, 1.2, filled=True))),
    "CheckValveShape": ("PipingComponent", (*_BARS, Path(((-HALF, 3.4), (HALF, -3.4))),
                        Path(((HALF, -3.4), (2.6, -2.9), (3.9, -0.5)), filled=True))),
    "SafetyValveShape": ("PipingComponent", (Path(((-HALF, 3.4), (-HALF, -3.4), (0, 0), (-HALF, 3.4))),
                         Path(((3.4, -HALF), (-3.4, -HALF), (0, 0), (3.4, -HALF))),
                         Path(((0, 0), (2, 0), (3, 2.4), (5, -2.4), (7, 2.4), (8, 0), (10, 0))))),
    "StrainerShape": ("PipingComponent", (_box(HALF, 4.2), Path(((-HALF, -4.2), (-2, -1.4))),
                                          Path(((-1, -0.7), (1, 0.7))),
                      Path(((2, 1.4), (HALF, 4.2))))),
    "PipeTeeShape": ("PipingComponent", (Arc(0, 0, 1.1, filled=True),)),
    "FunnelShape": ("PipingComponent", (Path(((-4, 0), (4, 0), (0, -5), (-4, 0))),)),
    "VentShape": ("PipingComponent", (Path(((-3, 0), (0, 6), (3, 0))), Path(((0, 0), (0, 6))))),
    "InletShape": ("PipeOffPageConnector", (Path(((-30, 6), (-6, 6), (0, 0), (-6, -6), (-30, -6), (-30, 6))),)),
    "OutletShape": ("PipeOffPageConnector", (Path(((0, 6), (24, 6), (30, 0), (24, -6), (0, -6), (0, 6))),)),
    "FlowArrowShape": ("PipeFlowArrow", (Path(((-2.4, 1.7), (2.4, 0), (-2.4, -1.7), (-2.4, 1.7)), filled=True),)),
    "NozzleShape": ("Nozzle", (Path(((0, -2.2), (0, 2.2)), 0.6),)),
    "CentrifugalPumpShape": ("Equipment", _RISE),
    "ReciprocatingPumpShape": ("Equipment", (*_RISE, Path(((-5, -5), (5, -5))), Path(((5, -8), (5, -2))))),
    "TankShape": ("Equipment", (Path(((-25, 38), (-25, -38))), Path(((25, 38), (25, -38))),
                                Path(((-25, 38), (25, 38)), 0.2),
                  Path(((-25, -38), (25, -38)), 0.2), Arc(0, -6.64, 51.2, 60.8, 119.2),
                  Arc(0, 6.64, 51.2, 240.8, 299.2))),
    "PlateHeatExchangerShape": ("Equipment", (_box(18, 22), Path(((-6, -22), (-6, 22))), Path(((6, -22), (6, 22))),
                                Path(((-18, -22), (-6, 22), (6, -22), (18, 22)), 0.2))),
    "BubbleShape": ("ProcessInstrumentationFunction", (Arc(0, 0, BUBBLE), Path(((-BUBBLE, 0), (BUBBLE, 0)), 0.2))),
    "ActuatorShape": ("ActuatingSystemComponent", (Path(((0, 0), (0, 8)), 0.25), Path(((-5, 8), (5, 8))),
                                                   Arc(0, 8, 5, 0, 180))),
}
