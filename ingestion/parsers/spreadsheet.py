"""Spreadsheets: XLSX, XLSM, XLS, XLSB, ODS, CSV and TSV as typed tables and as passages."""

from collections.abc import Sequence
from pathlib import Path

from ingestion.parsers import _csv
from ingestion.parsers._text import language_of
from ingestion.parsers._workbook.blocks import tables_and_blocks
from ingestion.parsers._workbook.book import reader_of, sheets
from ingestion.parsers._workbook.warnings import warnings_of
from ingestion.parsers.base import OPTIONS, Block, Confidence, Options, Parsed
from ingestion.parsers.worklog import PARSER as WORKLOGS
from ingestion.parsers.worklog import by_mapping, near_miss
from retrieval.errors import BadDocument
from retrieval.models import DataTable, DocumentKind


class SpreadsheetParser:
    """See ``ingestion.parsers.base.Parser``."""

    kind: DocumentKind = "table"
    version = "1"

    def accepts(self, path: Path, start: bytes) -> Confidence:
        if reader_of(path, start):
            return "yes"
        if path.suffix.lower() == ".txt":
            return "no"
        sample = _csv.start_rows(path, start)
        if _csv.is_table(sample):
            return "yes"
        return "maybe" if sample or _csv.is_named_csv(path, start) else "no"

    def parse(self, path: Path, name: str, known_tags: Sequence[str], options: Options = OPTIONS) -> Parsed:
        if options.mappings and by_mapping(path, options):
            return WORKLOGS.parse(path, name, known_tags, options)
        tables, blocks, warnings = list[DataTable](), list[Block](), near_miss(path, name)
        for sheet in sheets(path, name, options):
            warnings += warnings_of(sheet, name)
            more, text = tables_and_blocks(sheet)
            sheet.rows.clear()
            tables += more
            blocks += text
        if not blocks:
            raise BadDocument(name, "has no cell that says anything", remedy="save it again with its contents")
        return Parsed(
            kind="table",
            title=title_of(name),
            language=language_of(sample_of(blocks)),
            blocks=tuple(blocks),
            tables=tuple(tables),
            warnings=tuple(warnings),
        )


def title_of(name: str) -> str:
    return Path(name).stem.replace("_", " ")


def sample_of(blocks: Sequence[Block]) -> str:
    """Enough of the text to tell its language by."""
    return "\n".join(span.text for block in blocks[:100] for span in block.spans[:100])


PARSER = SpreadsheetParser()
