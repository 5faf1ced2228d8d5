"""Values of DEXPI 2.0 XML: classes, plain and composed data, points, colours."""

import math
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

Point = tuple[float, float]


def component_class(element: Element) -> str:
    """``Plant/Piping.BallValve`` -> ``BallValve``."""
    return element.get("type", "").rpartition("/")[2].rpartition(".")[2]


def last_part(path: str) -> str:
    """``Plant/Enumerations.FailActionClassification.FailClose`` -> ``FailClose``."""
    return path.rpartition("/")[2].rpartition(".")[2]


def datum(element: Element | None, name: str) -> Element | None:
    """The value of a property: the first child of its ``<Data>``."""
    if element is None:
        return None
    for one in element.findall("Data"):
        if one.get("property", "").rpartition("/")[2] == name and len(one):
            return one[0]
    return None


def text(element: Element | None, name: str) -> str:
    """A property as text; the last word of an enumeration; empty where it is undefined."""
    return _plain(datum(element, name))


def number(element: Element | None, name: str, default: float = 0.0) -> float:
    """A property as a finite number, else ``default``."""
    try:
        value = float(text(element, name))
    except ValueError:
        return default
    return value if math.isfinite(value) else default


def points(element: Element, name: str) -> list[Point]:
    """A property of one or many points; a point without two finite numbers is left out."""
    holder = next((one for one in element.findall("Data") if one.get("property") == name), None)
    found = [(number(one, "X", math.nan), number(one, "Y", math.nan)) for one in (holder if holder is not None else ())]
    return [point for point in found if not (math.isnan(point[0]) or math.isnan(point[1]))]


def generic_attributes(into: Element, part: Element) -> None:
    """An object's data as Proteus' generic attributes: texts by language, quantities with their unit."""
    group = Element("GenericAttributes", Set="DexpiAttributes")
    for one in part.findall("Data"):
        name = one.get("property", "").rpartition("/")[2]
        for value, language, unit in _values(one):
            said = {"Name": name, "Value": value}
            said |= {"Language": language} if language else {}
            said |= {"Units": unit} if unit else {}
            SubElement(group, "GenericAttribute", said)
    for one in part.findall("References"):
        target = one.get("objects", "")
        if target and not target.startswith(("#", "/")):  # a value of a profile, e.g. a type code
            name = one.get("property", "").rpartition("/")[2]
            SubElement(group, "GenericAttribute", Name=name, Value=last_part(target.split()[0]))
    if len(group):
        into.append(group)


def custom_attribute(into: Element, part: Element) -> None:
    """A custom attribute as a generic one; persistent identifiers and the like say nothing that is read."""
    name, value = text(part, "AttributeName") or text(part, "Name"), text(part, "Value")
    if name and value and "Attribute" in component_class(part):
        group = into.find("GenericAttributes")
        group = SubElement(into, "GenericAttributes") if group is None else group
        SubElement(group, "GenericAttribute", Name=name, Value=value)


def _values(data: Element) -> Iterator[tuple[str, str, str]]:
    """Value, language and unit of each value that a property holds."""
    for one in data:
        if one.tag != "AggregatedDataValue":
            if value := _plain(one):
                yield value, "", ""
        elif component_class(one) == "PhysicalQuantity":
            if value := text(one, "Value"):
                yield value.removesuffix(".0"), "", text(one, "Unit")
        elif component_class(one) == "SingleLanguageString":
            if value := text(one, "Value"):
                yield value, text(one, "Language")[:2].lower(), ""
        elif component_class(one) == "MultiLanguageString":
            for inner in one.findall("Data"):
                yield from _values(inner)


def _plain(value: Element | None) -> str:
    if value is None or value.tag in ("Undefined", "AggregatedDataValue"):
        return ""
    if value.tag == "DataReference":
        return last_part(value.get("data", ""))
    return (value.text or "").strip()
