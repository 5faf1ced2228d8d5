"""Line numbers of a sheet, with what the drawing states of each: fluid, diameter, pipe class, insulation."""

from collections.abc import Sequence
from typing import NamedTuple, TypedDict
from xml.etree.ElementTree import Element

from retrieval.proteus.sheet import Point, attributes, place, point_of
from retrieval.proteus.values import quantity

_NUMBERS = (
    "LineNumber",
    "LineDescription",
    "ItemTag",
    "TagName",
    "PipingNetworkSystemGroupNumber",
    "ObjectDisplayName",
)


class _Said(TypedDict):
    line: str
    service: str
    fluid: str
    diameter: str
    pipe_class: str
    insulation: str


class Specification(NamedTuple):
    """What a segment and its system say; the segment's own word stands above."""

    line: str
    service: str
    fluid: str
    diameter: str
    pipe_class: str
    insulation: str
    tracing: str
    direction: str

    def of_connection(self) -> _Said:
        return _Said(
            line=self.line,
            service=self.service,
            fluid=self.fluid,
            diameter=self.diameter,
            pipe_class=self.pipe_class,
            insulation=self.insulation,
        )


class Line(NamedTuple):
    """A line number, one for all its segments. ``said`` has what they say, once for all that say the same."""

    number: str  # empty where the drawing gives none
    ident: str  # of its system
    said: tuple[Specification, ...]
    chains: tuple[tuple[str, ...], ...]  # the items on each segment, in the order of flow
    segments: tuple[str, ...]
    spot: Point | None

    @classmethod
    def of(
        cls, system: Element, said: Sequence[Specification], chains: Sequence[Sequence[str]], segments: tuple[str, ...]
    ) -> "Line":
        label = next((found for one in system.findall("Label/Text") if (found := place(one)) is not None), None)
        first = point_of(system.find(".//CenterLine/Coordinate"))
        number = said[0].line if said else ""
        chained = tuple(tuple(chain) for chain in chains)
        return cls(number, system.get("ID", ""), tuple(dict.fromkeys(said)), chained, segments, label or first)


def specification(system: Element, segment: Element) -> Specification:
    """``system`` is the segment itself where it belongs to none."""
    own, shared = attributes(segment), attributes(system)

    def said(*names: str) -> str:
        return next((found[name] for found in (own, shared) for name in names if found.get(name)), "")

    thickness = quantity(segment, "InsulationThickness") or quantity(system, "InsulationThickness")
    return Specification(
        line=line_number(system, segment),
        service=said("Service"),
        fluid=said("FluidCode", "OperFluidCode", "FluidServiceCode", "ProductCode", "Fluid"),
        diameter=said(
            "NominalDiameterRepresentation",
            "NominalDiameterNumericalValueRepresentation",
            "NominalDiameter",
            "NominalSize",
        ),
        pipe_class=said("PipingClassCode", "PipingClass", "PipeClass", "PipingMaterialsClass"),
        insulation=" ".join(part for part in (said("InsulationType", "InsulationCode"), thickness) if part),
        tracing=said("HeatTracingType", "HeatTracingTypeRepresentation"),
        direction=said("FlowDirection"),
    )


def line_number(system: Element, segment: Element) -> str:
    """The line number as the drawing shows it: its label if that holds the number, else number alone."""
    own, shared = attributes(segment), attributes(system)
    number = own.get("LineNumber") or next((shared[name] for name in _NUMBERS if shared.get(name)), "")
    number = number or next((own[name] for name in _NUMBERS if own.get(name)), "")
    for label in (*system.findall("Label"), *segment.findall("Label")):
        words = " ".join(text.get("String", "") for text in label.findall("Text")).strip()
        if number and number in words:
            return " ".join(words.split())
    return number
