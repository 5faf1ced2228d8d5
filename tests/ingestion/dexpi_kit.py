"""Small P&ID files made on the spot, as DEXPI 1.x (Proteus XML) and as DEXPI 2.0."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

from ingestion.parsers.base import Parsed
from ingestion.parsers.dexpi import PARSER
from retrieval.models import Item

Spot = tuple[float, float]


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "sheet.xml"
    path.write_bytes(text.encode(encoding))
    return path


def parse(folder: Path, text: str) -> Parsed:
    path = write(folder, text)
    return PARSER.parse(path, path.name, ())


def items(parsed: Parsed) -> dict[str, Item]:
    return {item.tag: item for item in parsed.items}


def pipes(parsed: Parsed) -> list[tuple[str, str]]:
    return [(one.source, one.target) for one in parsed.connections if one.kind == "process"]


def signals(parsed: Parsed) -> list[tuple[str, str]]:
    return [(one.source, one.target) for one in parsed.connections if one.kind == "signal"]


# Proteus XML


def proteus(*parts: str, extent: Spot | None = (200, 100), head: str = "") -> str:
    size = f'<Extent><Min X="0" Y="0"/><Max X="{extent[0]}" Y="{extent[1]}"/></Extent>' if extent else ""
    return f'<PlantModel>{head}<Drawing Name="D-1">{size}</Drawing>{"".join(parts)}</PlantModel>'


def at(spot: Spot | None, reference: Spot = (1, 0)) -> str:
    if spot is None:
        return ""
    turned = f'<Reference X="{reference[0]}" Y="{reference[1]}"/>'
    return f'<Position><Location X="{spot[0]}" Y="{spot[1]}"/>{turned}</Position>'


def nodes(*spots: Spot) -> str:
    return f"<ConnectionPoints><Node/>{''.join(f'<Node>{at(spot)}</Node>' for spot in spots)}</ConnectionPoints>"


def generic(**values: str) -> str:
    inner = "".join(f"<GenericAttribute Name={quoteattr(k)} Value={quoteattr(v)}/>" for k, v in values.items())
    return f"<GenericAttributes>{inner}</GenericAttributes>"


def nozzle(ident: str, spot: Spot | None = None, name: str = "") -> str:
    points = nodes(spot) if spot else ""
    return f'<Nozzle ID="{ident}">{generic(SubTagNameAssignmentClass=name or ident)}{at(spot)}{points}</Nozzle>'


def equipment(ident: str, tag: str, *inner: str, spot: Spot | None = None, cls: str = "Tank") -> str:
    said = generic(TagNameAssignmentClass=tag) if tag else ""
    return f'<Equipment ID="{ident}" ComponentClass="{cls}">{at(spot)}{said}{"".join(inner)}</Equipment>'


def component(ident: str, cls: str, tag: str = "", *spots: Spot, extra: str = "") -> str:
    place = at(spots[0]) + nodes(*spots) if spots else ""
    named = f' TagName="{tag}"' if tag else ""
    return f'<PipingComponent ID="{ident}" ComponentClass="{cls}"{named}>{place}{extra}</PipingComponent>'


def line(*spots: Spot) -> str:
    points = "".join(f'<Coordinate X="{x}" Y="{y}"/>' for x, y in spots)
    return f"<CenterLine>{points}</CenterLine>"


def link(source: str = "", target: str = "") -> str:
    ends = (f' FromID="{source}"' if source else "") + (f' ToID="{target}"' if target else "")
    return f"<Connection{ends}/>"


def segment(ident: str, *parts: str, number: str = "") -> str:
    said = generic(LineNumberAssignmentClass=number) if number else ""
    inner = f'<PipingNetworkSegment ID="{ident}">{"".join(parts)}</PipingNetworkSegment>'
    return f'<PipingNetworkSystem ID="{ident}-system">{said}{inner}</PipingNetworkSystem>'


# DEXPI 2.0


def obj(kind: str, ident: str = "", *parts: str) -> str:
    named = f' id="{ident}"' if ident else ""
    return f'<Object{named} type="{kind}">{"".join(parts)}</Object>'


def data(**values: str) -> str:
    return "".join(f'<Data property="{k}"><String>{v}</String></Data>' for k, v in values.items())


def profile(name: str, value: str) -> str:
    return f'<Data property="DiscProfile/{name}"><String>{value}</String></Data>'


def parts(name: str, *objects: str) -> str:
    return f'<Components property="{name}">{"".join(objects)}</Components>' if objects else ""


def refs(name: str, *idents: str) -> str:
    return f'<References property="{name}" objects="{" ".join("#" + one for one in idents)}"/>'


def pipe(ident: str, source: str, target: str) -> str:
    ends = (refs("SourceItem", source) if source else "") + (refs("TargetItem", target) if target else "")
    return obj("Plant/Piping.Pipe", ident, ends)


def tank(ident: str, tag: str, *nozzles: str, inner: str = "") -> str:
    made = [obj("Plant/ProcessEquipment.Nozzle", one, data(SubTagName=one)) for one in nozzles]
    return obj("Plant/ProcessEquipment.Tank", ident, data(TagName=tag), inner, parts("Nozzles", *made))


def model(*components: str, diagram: str = "", meta: str = "") -> str:
    said = parts("MetaData", obj("Plant/Diagram.PlantMetaData", "", meta or data(DrawingNumber="D-2")))
    plant = parts("ConceptualModel", obj("Plant/PlantModel", "plant", said, *components))
    source = '<Import prefix="Plant" source="https://data.dexpi.org/models/2.0.0/Plant.xml"/>'
    return f'<Model name="m">{source}{obj("Core/EngineeringModel", "", plant, diagram)}</Model>'


def system(ident: str, *segments: str, said: str = "") -> str:
    return obj("Plant/Piping.PipingNetworkSystem", ident, said, parts("Segments", *segments))


def run(ident: str, *connections: str, held: tuple[str, ...] = (), said: str = "") -> str:
    inner = (said, parts("Connections", *connections), parts("Items", *held))
    return obj("Plant/Piping.PipingNetworkSegment", ident, *inner)
