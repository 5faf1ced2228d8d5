"""Broken and hostile files in one run with good ones: each has its one line, and nothing else is harmed."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hostile_kit import HOSTILE, make
from ingestion_kit import LOG, REGISTER, Paper

from retrieval.knowledge import open_knowledge
from retrieval.models import Caller
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.sql.catalogue import passages_of
from retrieval.stores.base import Where

ROOT = Path(__file__).parents[2]
CALLER = Caller.local()
# What is said of a file, or None where it can be read around: then it may be published, with a warning or without.
SAID: dict[str, str | None] = {
    "empty.pdf": "is empty",
    "truncated.pdf": "is truncated",
    "garbage.pdf": "is truncated|corrupt",
    "zeros.pdf": "no PDF by its content",
    "encrypted.pdf": "password",
    "no_pages.pdf": "has no pages",
    "negative_box.pdf": None,
    "empty_box.pdf": None,
    "endless_box.pdf": None,
    "odd_box.pdf": None,
    "looping_tree.pdf": "no page that can be read",
    "false_count.pdf": "max_pages",
    "stream_bomb.pdf": "process that reads files|memory",
    "self_drawing.pdf": None,
    "one_pixel.pdf": "no usable text",
    "text_named.pdf": "no PDF by its content",
    "pdf_named.csv": "rename it to .pdf",
    "bomb.zip": "max_unpacked_bytes|max_ratio",
    "nested.zip": "max_depth",
    "traversal.zip": None,
    "link.zip": None,
    "locked.zip": "password",
    "crowded.zip": "max_members",
    "truncated.zip": "truncated or corrupt",
    "liar.zip": "corrupt",
    "empty.zip": "holds no",
    "entities.docx": "DTD",
    "bomb.docx": "max_unpacked_bytes|max_ratio",
    "truncated.docx": "no Word document",
    "hollow.docx": "truncated or corrupt",
    "locked.docx": "password",
    "old.doc": "save it as .docx",
    "word_named.pptx": "rename it to .docx",
    "hollow.pptx": "truncated or corrupt",
    "wide.xlsx": "max_columns",
    "entities.xlsx": "document type",
    "bomb.xlsx": "max_unpacked_bytes|max_ratio",
    "truncated.xlsx": "truncated or corrupt",
    "locked.xlsx": "password",
    "nul.csv": None,
    "latin.csv": "no text in UTF-8",
    "no_columns.csv": None,
    "only_head.csv": "no orders below",
    "wide.csv": "max_columns",
    "bad_rows.csv": "'yesterday' is no time",
    "long_cell.csv": "row 2: has a cell of more than",
    "quote.csv": None,
    "register.csv": None,
    "laughs.xml": "external entity",
    "entity.xml": "external entity",
    "deep.xml": "nested deeper",
    "broken.xml": "line 1, column 23",
    "other_root.xml": "root is <note>",
    "encoding.xml": "utf-77",
    "empty.dxf": "no DXF",
    "truncated.dxf": "nothing that is drawn",
    "drawing.dwg": "save it as DXF",
    "deep.html": "200 deep",
    "script.html": "no usable text",
    "quotes.md": "line 1: nests",
    "aliases.md": None,
    "include.rst": None,
    "binary.txt": "is no text",
    "utf16_torn.txt": None,
    "nested.eml": "max_depth",
    "torn.eml": None,
    "pixel.png": "no text could be read",
    "vast.png": "max_pixels",
    "torn.png": "truncated or corrupt",
    "looping.tiff": "no text could be read",
    "torn.jpg": "corrupt",
    "png_named.jpg": "rename it to .png",
}
# What those that are published must still say.
SAYS = {
    "negative_box.pdf": "Pump",
    "empty_box.pdf": "Pump",
    "endless_box.pdf": "Pump",
    "odd_box.pdf": "Pump",
    "self_drawing.pdf": "Pump P-101A seal",
    "traversal.zip": "Out.",
    "link.zip": "Grease the bearing",
    "nul.csv": "更换轴承",
    "no_columns.csv": "seal",
    "quote.csv": "never closed",
    "register.csv": "Feed pump A",
    "aliases.md": "Check the seal",
    "include.rst": "Check the seal",
    "utf16_torn.txt": "Close the valv",  # the torn letter is shown as such
    "torn.eml": "Seal",
}
_LIMITS = {
    "MAX_MEMBERS": "200",
    "MAX_UNPACKED_BYTES": "200000000",
    "FILE_TIMEOUT_SECONDS": "60",
    "READER_MEMORY_MB": "2000",
}


@dataclass
class Outcome:
    report: dict[str, Any]
    before: dict[str, list[str]]  # path -> passage ids
    after: dict[str, list[str]]
    texts: list[tuple[str, str]]  # path and text of each passage
    folder: Path

    def twins(self, name: str) -> bool:
        """Whether another file of the same content stands for this one, and the report says so."""
        return any(warning.startswith(name) and "stands for both" in warning for warning in self.report["warnings"])


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("hostile")
    files, data = folder / "files", folder / "data"
    Paper().manual(files / "good" / "manual.pdf")
    (files / "good" / "log.csv").write_text(LOG, encoding="utf-8")
    (files / "good" / "asset_register.csv").write_text(REGISTER, encoding="utf-8")
    _run(files, data)
    before, _ = _shown(data)
    for name in HOSTILE:
        (files / name).write_bytes(make(name))
    report = _run(files, data)
    after, texts = _shown(data)
    return Outcome(report, before, after, texts, folder)


def _run(files: Path, data: Path) -> dict[str, Any]:
    environment = {
        **os.environ,
        "PLANTWRIGHT_RETRIEVAL__DATA_DIR": str(data),
        "PLANTWRIGHT_RETRIEVAL__LEGS": '["keyword"]',
        **{f"PLANTWRIGHT_INGESTION__{name}": value for name, value in _LIMITS.items()},
    }
    command = [sys.executable, "-m", "ingestion", "--json", str(files)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode in (0, 2), done.stderr
    assert "Traceback" not in done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _shown(data: Path) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Passage ids by document path, and all texts; every passage has its point."""
    knowledge = open_knowledge(RetrievalSettings(data_dir=data, legs=("keyword",)), holder="test")
    try:
        found, texts = dict[str, list[str]](), list[tuple[str, str]]()
        for document in documents.list_documents(knowledge.database, CALLER):
            passages = passages_of(knowledge.database, CALLER, document.id, first=0, last=1_000_000)
            found[document.path] = [passage.id for passage in passages]
            texts += [(document.path, passage.text) for passage in passages]
            where = Where(document_ids=(document.id,))
            assert knowledge.store.count(CALLER, epochs.current(knowledge.database), where) == len(passages)
        return found, texts
    finally:
        knowledge.close()


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_each_has_its_one_line(outcome: Outcome, name: str) -> None:
    reasons = [
        failure["reason"]
        for failure in outcome.report["failures"]
        if re.match(rf"{re.escape(name)}(!|$)", failure["file"])
    ]
    said = SAID[name]
    if said is None:
        assert reasons == []
        shown = [text for path, text in outcome.texts if path == name or path.startswith(f"{name}!/")]
        assert any(SAYS.get(name, "") in text for text in shown) or outcome.twins(name)
    else:
        (reason,) = reasons
        assert "\n" not in reason
        assert reason.startswith(name)
        assert re.search(said, reason), reason


def test_what_was_there_stays_as_it_was(outcome: Outcome) -> None:
    assert outcome.before
    assert {path: ids for path, ids in outcome.after.items() if path in outcome.before} == outcome.before


def test_nothing_is_shown_that_was_not_in_the_files(outcome: Outcome) -> None:
    assert not [text for _, text in outcome.texts if "root:" in text]


def test_nothing_is_written_elsewhere(outcome: Outcome) -> None:
    assert not [path for path in outcome.folder.parent.rglob("escaped*") if outcome.folder / "data" not in path.parents]


def test_every_file_is_accounted_for(outcome: Outcome) -> None:
    names = {failure["file"].partition("!")[0] for failure in outcome.report["failures"]}
    assert names == {name for name, said in SAID.items() if said is not None}
    assert set(SAID) == set(HOSTILE)
    assert set(SAYS) == {name for name, said in SAID.items() if said is None}
    assert len(HOSTILE) >= 60
