"""What is made of a symbol: an item with its role, only as far as its look, its tag's letters or its block say so."""

from ingestion.parsers._drawing.canvas import Symbol
from ingestion.parsers._drawing.labels import Label
from ingestion.parsers._drawing.model import Drawing, Point, middle
from ingestion.parsers._drawing.stamps import STATED
from ingestion.parsers._drawing.tags import Meaning, letters_of, loop_of, meaning
from retrieval.models import Item

_VENTS = frozenset("VENT VT VTA ATM".split())
_DRAINS = frozenset("DR DRN DRAIN D FNL".split())


class Maker:
    """Items of one sheet by tag. What has no tag is called ``drawing:valve 3``: seen at once to be none."""

    def __init__(self, drawing: Drawing, drawing_id: str) -> None:
        self.drawing, self.drawing_id = drawing, drawing_id
        self.items: dict[str, Item] = {}
        self._counts: dict[str, int] = {}

    def symbol(self, symbol: Symbol, pipes: int, unit: float) -> str:
        """``pipes`` is how many pipes come to it. Returns the item's tag."""
        said, word = _meaning(symbol, pipes, unit)
        tag = symbol.tag or self._unnamed(word)
        return self._add(tag, said, middle(symbol.box), symbol.normally)

    def tee(self, point: Point) -> str:
        return self._add(self._unnamed("tee"), Meaning("other", "PipeTee"), point)

    def end(self, point: Point, label: Label | None) -> str:
        """A line's loose end, with the tag beside it if there is one."""
        if label is None:
            return self._add(self._unnamed("open end"), Meaning("off_page", "UnconnectedEnd"), point)
        letters = letters_of(label.tag)
        if letters in _VENTS:
            return self._add(label.tag, Meaning("other", "VentilationDevice"), point)
        if letters in _DRAINS:
            return self._add(label.tag, Meaning("other", "Funnel"), point)
        return self._add(label.tag, Meaning("off_page", "PipeOffPageConnector"), point)

    def lone(self, label: Label) -> str:
        """A tag without a symbol: what its letters say, where it stands."""
        return self._add(label.tag, meaning(label.tag), label.at)

    def _unnamed(self, word: str) -> str:
        self._counts[word] = self._counts.get(word, 0) + 1
        return f"{self.drawing_id}:{word} {self._counts[word]}"

    def _add(self, tag: str, said: Meaning, at: Point, normally: str = "") -> str:
        known = self.items.get(tag)
        if known is None or (known.item_class == "CustomEquipment" and said.item_class != "CustomEquipment"):
            self.items[tag] = Item.model_validate(
                {
                    "tag": tag,
                    "item_class": said.item_class,
                    "role": said.role,
                    "drawing_id": self.drawing_id,
                    "position": self.drawing.fraction(at),
                    "page": self.drawing.page,
                    "normally": normally,
                    "loop": loop_of(tag) if said.role == "instrument" else "",
                    "inferred": True,
                }
            )
        return tag


def _meaning(symbol: Symbol, pipes: int, unit: float) -> tuple[Meaning, str]:
    """Role and class, and the word that an untagged one is called by."""
    said = meaning(symbol.tag) if symbol.tag else Meaning("other", "Valve")
    if symbol.stated in STATED:
        stated = STATED[symbol.stated]
        # HV-101 drawn with a block called VALVE is a hand valve still: the narrower of the two counts.
        known = said if stated.role == "other" and symbol.tag and said.role.endswith("valve") else stated
        if stated.role == "block_valve" and said.role in ("control_valve", "relief_valve", "check_valve"):
            known = Meaning(said.role, stated.item_class)
        return _driven(known, symbol), symbol.stated
    if symbol.kind == "balloon":
        return Meaning("instrument", "ProcessInstrumentationFunction"), "instrument"
    if symbol.kind == "connector":
        return Meaning("off_page", "PipeOffPageConnector"), "connector"
    if symbol.kind == "valve":
        known = said if said.role.endswith("valve") else Meaning("other", "Valve")
        return _driven(known, symbol), "valve"
    side = max(symbol.box[2] - symbol.box[0], symbol.box[3] - symbol.box[1])
    triangle = len({(round(x / unit, 1), round(y / unit, 1)) for path in symbol.paths for x, y in path}) == 3
    if triangle and pipes == 1 and side <= 4 * unit and said.role in ("equipment", "other"):
        return Meaning("other", "Funnel"), "funnel"
    if symbol.tag:
        return said, "equipment"
    if side > 4 * unit:
        return Meaning("equipment", "CustomEquipment"), "equipment"
    return Meaning("other", "CustomPipeFitting"), "fitting"


def _driven(said: Meaning, symbol: Symbol) -> Meaning:
    """A valve with an actuator is none that one closes by hand and trusts."""
    if symbol.actuated and said.role in ("block_valve", "other"):
        return Meaning("control_valve", said.item_class)
    return said
