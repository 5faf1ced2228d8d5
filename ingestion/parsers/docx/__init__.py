"""Word documents: text, lists with Word's own numbers, tables, notes, text boxes. Deleted text and comments are not."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ingestion.parsers._office import office_kind, open_package, reading
from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.front import Said, finish
from ingestion.parsers._text import clean
from ingestion.parsers.base import OPTIONS, Confidence, Options, Parsed
from ingestion.parsers.docx._body import Body
from ingestion.parsers.docx._names import W
from ingestion.parsers.docx._styles import Numbering, Styles
from retrieval.models import DocumentKind

_SUFFIXES = (".docx", ".docm", ".dotx", ".dotm")
_OLD = (".doc", ".dot", ".rtf", ".odt")


class DocxParser:
    """See ``ingestion.parsers.base.Parser``. Takes old Word files too, to say what to do with them."""

    kind: DocumentKind = "manual"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        suffix = path.suffix.lower()
        match office_kind(path, start):
            case "word" | "old word":
                return "yes"
            case "locked" | "odf":
                return "yes" if suffix in (*_SUFFIXES, *_OLD) else "no"
            case "":
                rich = start.startswith(b"{\\rtf")
                return "yes" if rich else "maybe" if suffix in (*_SUFFIXES, *_OLD[:2]) else "no"
        return "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        package = open_package(path, name, options, "word", _SUFFIXES)
        prose = Prose(name, options)
        with reading(name, "Word"):
            said = _read(package, name, prose)
            blocks = prose.finish()
        return finish(name, prose, blocks, known_tags, said)


def _read(package: Any, name: str, prose: Prose) -> Said:
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE as RT

    document = docx.Document(package)
    part = document.part
    styles = Styles(_root(part, RT.STYLES))
    notes = {
        kind: {
            note.get(W + "id"): note
            for note in (root.iterchildren(W + kind) if root is not None else ())
            if note.get(W + "type") in (None, "normal")
        }
        for kind, root in (("footnote", _root(part, RT.FOOTNOTES)), ("endnote", _root(part, RT.ENDNOTES)))
    }
    body = Body(prose, name, styles, Numbering(_root(part, RT.NUMBERING), styles), notes)
    body.read(document.element.body)
    running = [*_roots(part, RT.HEADER), *_roots(part, RT.FOOTER)]
    lines = [
        clean("".join(text.text or "" for text in p.iter(W + "t"))) for root in running for p in root.iter(W + "p")
    ]
    return _said(document, tuple(filter(None, lines[:40])))


def _said(document: Any, lines: tuple[str, ...]) -> Said:
    from docx.opc.constants import RELATIONSHIP_TYPE as RT

    if not any(rel.reltype == RT.CORE_PROPERTIES for rel in document.part.package.rels.values()):
        return Said(lines=lines)
    core = document.core_properties
    saved = core.modified or core.created
    return Said(
        title=core.title or "",
        revision=core.version or "",
        saved=saved.date().isoformat() if saved else "",
        language=core.language or "",
        lines=lines,
    )


def _roots(part: Any, kind: str) -> Iterator[Any]:
    """The XML of the parts that stand in a relation to the main one; what lies outside the file is never fetched."""
    from docx.oxml.parser import parse_xml

    for relation in part.rels.values():
        if relation.reltype == kind and not relation.is_external:
            target = relation.target_part
            element = getattr(target, "element", None)
            yield element if element is not None else parse_xml(target.blob)


def _root(part: Any, kind: str) -> Any:
    return next(_roots(part, kind), None)


PARSER = DocxParser()
