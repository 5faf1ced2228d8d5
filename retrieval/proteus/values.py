"""Quantities as a drawing states them: design data of equipment and its parts, with units as people write them."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from retrieval.proteus.names import is_part
from retrieval.proteus.sheet import bare

_UNITS = {
    "Millimetre": "mm",
    "Centimetre": "cm",
    "Metre": "m",
    "Inch": "in",
    "MetreSquared": "m²",
    "MetreCubed": "m³",
    "Litre": "l",
    "MetreCubedPerHour": "m³/h",
    "MetreCubedPerSecond": "m³/s",
    "LitrePerMinute": "l/min",
    "KilogramPerHour": "kg/h",
    "Bar": "bar",
    "BarGauge": "barg",
    "BarAbsolute": "bara",
    "Millibar": "mbar",
    "Pascal": "Pa",
    "Kilopascal": "kPa",
    "Megapascal": "MPa",
    "DegreeCelsius": "°C",
    "DegreeFahrenheit": "°F",
    "Kelvin": "K",
    "Watt": "W",
    "Kilowatt": "kW",
    "Megawatt": "MW",
    "ReciprocalMinute": "1/min",
    "Kilogram": "kg",
    "Percent": "%",
}
# Not design data: names, which stand elsewhere, and how a value is written.
_SAID = re.compile(
    r"^(Tag|SubTag|ItemTag|Description|Equipment(Description|Name)|.*(Representation|Standard)$|ServedEq)"
)
_MOST = 12


def unit(name: str) -> str:
    """``Kilowatt`` -> ``kW``; as it stands where it is not known."""
    return _UNITS.get(name, name)


def quantity(element: Element, name: str) -> str:
    """An attribute with its unit: ``80 mm``; empty where there is none."""
    for one in element.iterfind("GenericAttributes/GenericAttribute"):
        if bare(one.get("Name", "")) == name and one.get("Value", "").strip():
            return _with_unit(one)
    return ""


def statements(element: Element) -> Iterator[str]:
    """Design data of an equipment, then of each of its parts: ``design shaft power 22 kW, ...``."""
    if element.tag != "Equipment":
        return
    own = _stated(element)
    if own:
        yield "design data 设计数据: " + ", ".join(own[:_MOST])
    for part in _parts(element):
        said = {bare(one.get("Name", "")): one.get("Value", "") for one in part.iterfind("GenericAttributes/*")}
        name = said.get("SubTagName") or said.get("TagName") or part.get("ID") or ""
        told = _stated(part)
        kind = words(part.get("ComponentClass", "part"))
        called = name if kind in name.lower() else f"{kind} {name}"
        yield f"part 部件 {called}" + (": " + ", ".join(told[:_MOST]) if told else "")


def _parts(element: Element) -> Iterator[Element]:
    for part in element:
        if part.tag == "Equipment" and is_part(part):
            yield part
            yield from _parts(part)


def _stated(element: Element) -> list[str]:
    return [
        f"{words(bare(one.get('Name', '')))} {_with_unit(one)}"
        for one in element.iterfind("GenericAttributes/GenericAttribute")
        if one.get("Value", "").strip()
        and one.get("Language", "en") == "en"
        and not _SAID.match(bare(one.get("Name", "")))
        and (one.get("Units") or "Material" in one.get("Name", "") or "Design" in one.get("Name", ""))
    ]


def words(name: str) -> str:
    """``DesignShaftPower`` -> ``design shaft power``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _with_unit(one: Element) -> str:
    value = one.get("Value", "").strip()
    value = value.removesuffix(".0") if re.fullmatch(r"-?\d+\.0", value) else value
    return f"{value} {unit(one.get('Units', ''))}".strip()
