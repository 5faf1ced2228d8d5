"""Whether a PDF is a set of drawings: judged in milliseconds by its pages' size, then by what is on the first ones."""

import re
from contextlib import closing
from pathlib import Path
from typing import Any

from ingestion.parsers._drawing.tags import is_function, leading_tag, line_number, meaning
from retrieval.tags import fold

_MOST_PAGES = 200  # a set of sheets; a manual may have as many, and is told by its first page
_LARGE = 1100.0  # points of the longer side: A3 and above
_SAMPLE = 3  # pages that are looked into
_LEAST_PATHS, _LEAST_TAGS = 25, 5
_ENOUGH = 20_000  # characters: no sheet has more
_HAN = re.compile("[\u3400-\u9fff]")


def looks_like_drawings(path: Path) -> bool:
    """Most of the first pages are landscape or large, have many strokes, tags of several kinds and little prose."""
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(path)) as document:
            count = len(document)
            if not 0 < count <= _MOST_PAGES:
                return False
            sizes = [document.get_page_size(index) for index in range(min(count, _SAMPLE))]
            fitting = [index for index, size in enumerate(sizes) if _size_fits(*size)]
            if 2 * len(fitting) < len(sizes):
                return False
            return 2 * sum(_drawn(document, index) for index in fitting) >= len(sizes)
    except pypdfium2.PdfiumError:
        return False  # the reader of manuals says what is wrong with it


def _size_fits(width: float, height: float) -> bool:
    return width > 1.1 * height or max(width, height) >= _LARGE


def _drawn(document: Any, index: int) -> bool:
    import pypdfium2.raw as pdfium

    with closing(document[index]) as page:
        paths = 0
        for number in range(pdfium.FPDFPage_CountObjects(page)):
            kind = pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, number))
            # A form may hold the whole sheet: what is in it counts.
            paths += kind == pdfium.FPDF_PAGEOBJ_PATH
            if kind == pdfium.FPDF_PAGEOBJ_FORM:
                paths += max(pdfium.FPDFFormObj_CountObjects(pdfium.FPDFPage_GetObject(page, number)), 0)
            if paths >= _LEAST_PATHS:
                break
        if paths < _LEAST_PATHS:
            return False
        with closing(page.get_textpage()) as text:
            if text.count_chars() > _ENOUGH:
                return False
            return _reads_like_a_sheet(text.get_text_range().splitlines())


def _reads_like_a_sheet(lines: list[str]) -> bool:
    """Tags of two kinds at least, balloons counted by their letters, and hardly a line of prose."""
    words = [fold(word) for line in lines for word in line.split()]
    tags = {tag for line in lines if (tag := leading_tag(line)[0])}
    tags |= {word for word in words if leading_tag(word)[0] and "-" in word}
    balloons = sum(2 <= len(word) <= 5 and is_function(word) for word in words)
    numbered = sum(bool(line_number(word)) for word in words)
    prose = sum(len(line.split()) >= 10 or len(_HAN.findall(line)) >= 25 for line in lines)
    kinds = {meaning(tag).role for tag in tags} | ({"instrument"} if balloons else set())
    enough = len(tags) + balloons >= _LEAST_TAGS and len(kinds) + bool(numbered) >= 2
    return enough and prose <= max(4, 0.08 * len(lines))
