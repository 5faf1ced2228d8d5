"""Every kind of document keeps the same contract. A kind joins by a module in ``parser_cases``."""

import importlib
import pkgutil
import re
from pathlib import Path

import parser_cases
import pytest
from parser_cases import ParserCase

from ingestion.chunk import chunk
from ingestion.encode import estimate
from ingestion.parsers.base import Parsed
from ingestion.pipeline import parsers
from ingestion.sorting import choose
from retrieval.models import Document, PageLocator, Passage, RecordLocator, SheetLocator, TextLocator

CASES: list[ParserCase] = [
    case
    for module in pkgutil.iter_modules(parser_cases.__path__)
    for case in importlib.import_module(f"parser_cases.{module.name}").CASES
]
_LIMIT = 240


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.id)
def case(request: pytest.FixtureRequest) -> ParserCase:
    found: ParserCase = request.param
    return found


@pytest.fixture(scope="module")
def path(case: ParserCase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return case.make(tmp_path_factory.mktemp(case.id))


@pytest.fixture(scope="module")
def parsed(case: ParserCase, path: Path) -> Parsed:
    return parsers()[case.parser].parse(path, path.name, ())


@pytest.fixture(scope="module")
def passages(parsed: Parsed) -> tuple[Passage, ...]:
    document = Document(id="d", kind=parsed.kind, title=parsed.title, path="f", sha256="0" * 64)
    return chunk(document, parsed.blocks, count=estimate, limit=_LIMIT)


def test_the_parser_takes_the_file(case: ParserCase, path: Path) -> None:
    assert choose(path, path.read_bytes()[:4096], parsers()) == case.parser


def test_every_other_parser_leaves_it(case: ParserCase, path: Path) -> None:
    start = path.read_bytes()[:4096]
    judged = {name: parser.accepts(path, start) for name, parser in parsers().items()}
    rivals = [name for name, one in judged.items() if one == judged[case.parser] and name != case.parser]
    assert judged[case.parser] == "maybe" or not rivals


def test_text_is_complete_and_in_natural_order(case: ParserCase, parsed: Parsed) -> None:
    everything, at = _plain("\n".join(span.text for block in parsed.blocks for span in block.spans)), 0
    for text in case.texts:
        found = everything.find(_plain(text), at)
        assert found >= 0, f"{text!r} does not stand after {everything[max(0, at - 60) : at]!r}"
        at = found + len(_plain(text))


def test_texts_are_not_torn(case: ParserCase, passages: tuple[Passage, ...]) -> None:
    if case.whole:
        torn = [text for text in case.texts if not any(_plain(text) in _plain(one.index_text) for one in passages)]
        assert not torn


def test_headings_lead_the_passages(case: ParserCase, passages: tuple[Passage, ...]) -> None:
    paths = {heading for passage in passages for heading in passage.heading_path}
    assert set(case.headings) <= paths


def test_every_span_is_located(case: ParserCase, parsed: Parsed) -> None:
    kinds = {"page": PageLocator, "text": TextLocator, "record": RecordLocator, "sheet": SheetLocator}
    spans = [span for block in parsed.blocks for span in block.spans]
    assert spans
    assert any(isinstance(span.locator, kinds[case.place]) for span in spans)
    for span in spans:
        if isinstance(span.locator, PageLocator):
            assert parsed.pages is not None
            assert span.locator.page <= parsed.pages
            assert span.locator.regions, span
        if isinstance(span.locator, SheetLocator):
            assert all(0 <= part <= 1 for part in span.locator.position)


def test_places_follow_the_order_of_reading(parsed: Parsed) -> None:
    lines = [span.locator.first for block in parsed.blocks for span in block.spans if span.locator.kind == "text"]
    pages = [span.locator.page for block in parsed.blocks for span in block.spans if span.locator.kind == "page"]
    assert lines == sorted(lines)
    assert pages == sorted(pages)


def test_kind_and_language_are_told(case: ParserCase, parsed: Parsed) -> None:
    assert (parsed.kind, parsed.language) == (case.kind, case.language)
    assert parsed.title.strip()


def test_tags_are_found(case: ParserCase, passages: tuple[Passage, ...]) -> None:
    assert set(case.tags) <= {tag for passage in passages for tag in passage.tags}


def test_tables_are_typed(case: ParserCase, parsed: Parsed) -> None:
    assert len(parsed.tables) >= case.tables
    for table in parsed.tables:
        assert len({table.name for table in parsed.tables}) == len(parsed.tables)
        for row in table.rows:
            assert len(row.cells) == len(table.columns), row
            for column, cell in zip(table.columns, row.cells, strict=True):
                kinds: dict[str, type | tuple[type, ...]] = {
                    "text": str,
                    "number": (int, float),
                    "date": str,
                    "boolean": bool,
                }
                assert cell is None or isinstance(cell, kinds[column.type]), (column, cell)


def test_nothing_is_lost_or_doubled_by_the_cutting(parsed: Parsed, passages: tuple[Passage, ...]) -> None:
    heads = {span.text for block in parsed.blocks for span in block.spans[: block.head]}
    whole = _plain("".join(span.text for block in parsed.blocks for span in block.spans[block.head :]))
    cut = "\n".join(passage.text for passage in passages)
    for head in sorted(heads, key=len, reverse=True):
        cut = cut.replace(head, "")
    for head in sorted(heads, key=len, reverse=True):
        whole = whole.replace(_plain(head), "")
    assert _plain(cut) == whole


def test_no_passage_is_too_long(passages: tuple[Passage, ...]) -> None:
    assert max(estimate(passage.index_text) for passage in passages) <= _LIMIT


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)
