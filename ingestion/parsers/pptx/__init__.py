"""PowerPoint presentations: a slide is a page, its title a heading, its shapes have regions."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingestion.parsers._office import office_kind, open_package, reading
from ingestion.parsers._prose.build import Prose
from ingestion.parsers._prose.front import Said, finish
from ingestion.parsers.base import OPTIONS, Confidence, Options, Parsed
from ingestion.parsers.pptx._slides import Slides
from retrieval.errors import BadDocument
from retrieval.models import DocumentKind

_SUFFIXES = (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm")
_OLD = (".ppt", ".pps", ".pot", ".odp")


class PptxParser:
    """See ``ingestion.parsers.base.Parser``. Takes old PowerPoint files too, to say what to do with them."""

    kind: DocumentKind = "manual"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        suffix = path.suffix.lower()
        match office_kind(path, start):
            case "slides" | "old slides":
                return "yes"
            case "locked" | "odf":
                return "yes" if suffix in (*_SUFFIXES, *_OLD) else "no"
            case "":
                return "maybe" if suffix in (*_SUFFIXES, *_OLD[:3]) else "no"
        return "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        package = open_package(path, name, options, "slides", _SUFFIXES)
        prose = Prose(name, options)
        with reading(name, "PowerPoint"):
            said, pages = _read(package, name, prose, options)
            blocks = prose.finish()
        return finish(name, prose, blocks, known_tags, said, pages=pages)


def _read(package: Any, name: str, prose: Prose, options: Options) -> tuple[Said, int]:
    import pptx

    presentation = pptx.Presentation(package)
    slides = presentation.slides
    pages = len(slides)
    if not pages:
        raise BadDocument(name, "has no slides", remedy="save it again from its source")
    if pages > options.max_pages:
        reason = f"has {pages:,} slides, more than [ingestion] max_pages = {options.max_pages:,}"
        raise BadDocument(name, reason, remedy="split it or raise the setting")
    reader = Slides(prose, name, int(presentation.slide_width or 0), int(presentation.slide_height or 0))
    for slide in slides:
        reader.read(slide)
    return _said(presentation), pages


def _said(presentation: Any) -> Said:
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT

    if not any(relation.reltype == RT.CORE_PROPERTIES for relation in presentation.part.package._rels.values()):
        return Said()
    core = presentation.core_properties
    saved = core.modified or core.created
    return Said(
        title=core.title or "",
        revision=core.version or "",
        saved=saved.date().isoformat() if saved else "",
        language=core.language or "",
    )


PARSER = PptxParser()
