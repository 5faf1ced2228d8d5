"""An index with the keyword leg and points of several epochs, to be migrated; a process to be killed meanwhile."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingestion.encode import Encoding
from retrieval.knowledge import Knowledge, open_knowledge
from retrieval.migration import run
from retrieval.migration.run import Plan
from retrieval.models import Document, Language, PageLocator, Passage, passage_id
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.stores.base import Point

WORDS = ("pump", "seal", "bearing", "valve", "filter", "motor", "level", "torque", "drain", "oil")
ZH_WORDS = ("泵", "机械密封", "轴承", "阀门", "过滤器", "电机", "液位", "扭矩", "排放", "润滑油")
PASSAGES = 60  # of a document
SERVER_FOLDER = "qdrant"


def settings(folder: Path, **changes: Any) -> RetrievalSettings:
    given = {"data_dir": folder / "data", "legs": ("keyword", "gloss"), "lock_timeout_seconds": 0.0}
    return RetrievalSettings.parse("retrieval", given | changes)


def to_server(folder: Path, **changes: Any) -> Plan:
    """Into qdrant-client's local mode beside the data folder."""
    given: dict[str, Any] = {"batch": 7, "questions": 12}
    return Plan(settings(folder), "server", {"path": str(folder / SERVER_FOLDER)}, **(given | changes))


def index(folder: Path, **changes: Any) -> None:
    """Two documents in English and Chinese, one of them in two revisions, so in three epochs."""
    knowledge = open_knowledge(settings(folder, **changes), holder="test")
    for name, revision in (("manual", "1"), ("log", "1"), ("manual", "2")):
        epochs.publish(knowledge.database, write(knowledge, name, revision))
    knowledge.close()


def write(knowledge: Knowledge, name: str, revision: str) -> int:
    """A revision, staged at a new epoch that is returned."""
    epoch = epochs.reserve(knowledge.database)
    document = Document(id=name, kind="manual", title=name, path=name, sha256="0", revision=revision)
    passages = [_passage(name, revision, number) for number in range(PASSAGES)]
    vectors = Encoding(knowledge.legs).vectors(None, passages)
    documents.stage(knowledge.database, epoch, documents.Content(document, tuple(passages)))
    knowledge.store.upsert(
        [
            Point(p.id, vectors[p.id], name, p.language, p.kind, p.tags, p.groups, p.areas, epoch, general=False)
            for p in passages
        ]
    )
    knowledge.store.retire(name, epoch, epoch)
    return epoch


def _passage(name: str, revision: str, number: int) -> Passage:
    language: Language = "zh" if number % 4 == 0 else "en"
    words = ZH_WORDS if language == "zh" else WORDS
    chosen = [words[(number * step + int(revision)) % len(words)] for step in (1, 3, 7)]
    return Passage(
        id=passage_id(name, revision, number),
        document_id=name,
        parent_id="p",
        position=number,
        kind="table" if number % 5 == 0 else "text",
        text=f"{' '.join(chosen)} {number} {name} {revision}",
        locator=PageLocator(page=1, regions=()),
        language=language,
        tags=(f"P-{100 + number % 9}",),
        groups=("plant",) if number % 3 else ("lab",),
        revision=revision,
    )


def stored(at: RetrievalSettings) -> list[Point]:
    """Every point of the store of these settings, opened and closed."""
    knowledge = open_knowledge(at, holder="test")
    try:
        return knowledge.store.scan(None, 10_000)
    finally:
        knowledge.close()


def die_at(folder: Path, upserts: int) -> None:
    """Migrates, and is killed in the midst of the ``upserts``-th batch, half of which is written."""
    store = type(discover("retrieval.stores", "STORE")["server"].open(folder, (), {"path": ":memory:"}))
    whole, count = store.upsert, [0]

    def upsert(self: Any, points: Sequence[Point]) -> None:
        count[0] += 1
        if count[0] == upserts:
            whole(self, points[: len(points) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        whole(self, points)

    store.upsert = upsert
    run.migrate(to_server(folder), lambda what, done, total: None)


if __name__ == "__main__":
    die_at(Path(sys.argv[1]), int(sys.argv[2]))
