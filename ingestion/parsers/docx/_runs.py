"""The text of a paragraph of Word as the page shows it, and what is anchored in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ingestion.parsers._prose.html_plain import alt_of
from ingestion.parsers._prose.spans import raised
from ingestion.parsers._text import clean
from ingestion.parsers.docx._names import MC, WP, M, V, W, is_on, symbol, value

_PLAIN = frozenset(
    W + name
    for name in ("hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo")
)
_TEXT = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "cr": "\n",
    W + "noBreakHyphen": "\u2011",
}


@dataclass
class Inline:
    """What a paragraph holds."""

    parts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)  # footnote or endnote, its id
    alts: list[str] = field(default_factory=list)  # words of pictures
    boxes: list[Any] = field(default_factory=list)  # contents of text boxes
    unread: list[str] = field(default_factory=list)  # diagrams and charts
    plain: int = 0  # letters that aren't bold

    @property
    def text(self) -> str:
        """Lines as shown, with line feeds between."""
        whole = "".join(self.parts).replace("~~~~", "")
        return "\n".join(filter(None, (clean(line) for line in whole.split("\n"))))

    @property
    def raw(self) -> str:
        """With its white space, for code."""
        return "".join(self.parts).replace("\t", "    ").rstrip()


class Runs:
    """Reads paragraphs in order: fields may run on from one to the next."""

    def __init__(self, note_mark: Callable[[str, str], str]) -> None:
        self._note_mark = note_mark
        self._fields: list[list[str]] = []  # of each open field: its phase, its code

    def read(self, paragraph: Any) -> Inline:
        """The paragraph's text and what is anchored in it."""
        inline = Inline()
        self._children(paragraph, inline)
        return inline

    def _children(self, node: Any, inline: Inline) -> None:
        for child in node:
            tag = child.tag
            if tag == W + "r":
                self._run(child, inline)
            elif tag in _PLAIN:
                self._children(child, inline)
            elif tag == MC + "AlternateContent":
                self._children(chosen(child), inline)
            elif tag in (M + "oMath", M + "oMathPara"):
                self._say("".join(_math(child)), inline, None)

    def _run(self, run: Any, inline: Inline) -> None:
        properties = run.find(W + "rPr")
        if is_on(properties, "vanish"):
            return
        for child in run:
            tag = child.tag
            if tag == W + "t":
                self._say(child.text or "", inline, properties)
            elif tag in _TEXT:
                self._say(_TEXT[tag], inline, properties)
            elif tag == W + "br":
                self._say("" if child.get(W + "type") in ("page", "column") else "\n", inline, properties)
            elif tag == W + "sym":
                self._say(symbol(child.get(W + "font") or "", child.get(W + "char") or ""), inline, properties)
            elif tag == W + "fldChar":
                self._field(child.get(W + "fldCharType") or "")
            elif tag == W + "instrText" and self._fields:
                self._fields[-1][1] += child.text or ""
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                kind, note = tag.removeprefix(W).removesuffix("Reference"), child.get(W + "id") or ""
                inline.notes.append((kind, note))
                self._say(self._note_mark(kind, note), inline, None)
            elif tag == W + "ruby":
                for base in child.iterchildren(W + "rubyBase"):
                    self._children(base, inline)
            elif tag == MC + "AlternateContent":
                for inner in chosen(child):
                    self._anchored(inner, inline)
            else:
                self._anchored(child, inline)

    def _say(self, text: str, inline: Inline, properties: Any) -> None:
        if not text or any(phase == "code" or code.strip().upper().startswith("TOC") for phase, code in self._fields):
            return
        if properties is not None:
            if is_on(properties, "caps"):
                text = text.upper()
            if value(properties, "vertAlign") == "superscript":
                text = raised(text)
            if (is_on(properties, "strike") or is_on(properties, "dstrike")) and text.strip():
                text = f"~~{text}~~"
        if not is_on(properties, "b"):
            inline.plain += len(text.strip())
        inline.parts.append(text)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(["code", ""])
        elif kind == "separate" and self._fields:
            self._fields[-1][0] = "result"
        elif kind == "end" and self._fields:
            self._fields.pop()

    @staticmethod
    def _anchored(node: Any, inline: Inline) -> None:
        """Pictures' words, text boxes, and what can't be read, of a drawing or an old picture."""
        if node.tag not in (W + "drawing", W + "pict", W + "object"):
            return
        for properties in node.iter(WP + "docPr"):
            inline.alts.append(alt_of({"alt": properties.get("descr") or properties.get("title") or ""}))
        for shape in node.iter(V + "shape"):
            inline.alts.append(alt_of({"alt": shape.get("alt") or ""}))
        inline.boxes += _outermost(node)
        uris = [
            data.get("uri") or ""
            for data in node.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData")
        ]
        inline.unread += ["diagram (SmartArt)" for uri in uris if uri.endswith("/diagram")]
        inline.unread += ["chart" for uri in uris if uri.endswith("/chart")]


def chosen(alternatives: Any) -> Any:
    """The newer of two forms of the same thing."""
    found = alternatives.find(MC + "Choice")
    found = found if found is not None else alternatives.find(MC + "Fallback")
    return found if found is not None else ()


def _outermost(node: Any) -> Iterator[Any]:
    """Contents of text boxes, none of which lies in another or in the older form of one."""
    for child in node:
        if child.tag == W + "txbxContent":
            yield child
        elif child.tag == MC + "AlternateContent":
            yield from _outermost(chosen(child))
        else:
            yield from _outermost(child)


def _math(node: Any) -> Iterator[str]:
    """An equation on one line: fractions with a stroke, exponents raised."""
    for child in node:
        name = child.tag.removeprefix(M) if isinstance(child.tag, str) else ""
        if name == "t":
            yield child.text or ""
        elif name == "f":
            over, under = (_bracketed(child.find(M + part)) for part in ("num", "den"))
            yield f"{over}/{under}"
        elif name == "sSup":
            yield from _math(child.find(M + "e") if child.find(M + "e") is not None else ())
            exponent = "".join(_math(child.find(M + "sup") if child.find(M + "sup") is not None else ()))
            up = raised(exponent)
            yield up if up != exponent else f"^{_group(exponent)}"
        elif name == "rad":
            yield f"√{_bracketed(child.find(M + 'e'))}"
        elif name == "d":
            yield f"({''.join(_math(child))})"
        elif not name.endswith("Pr"):
            yield from _math(child)


def _bracketed(node: Any) -> str:
    return _group("".join(_math(node if node is not None else ())))


def _group(text: str) -> str:
    return text if text.replace(".", "").isalnum() else f"({text})"
