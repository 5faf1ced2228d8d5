"""The BEIR layout: ``corpus.jsonl`` {_id, title, text}, ``queries.jsonl`` {_id, text} and ``qrels/test.tsv``, or
another split's, with the head line ``query-id corpus-id score``. Only queries that the qrels name are asked."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.jsonl import read_objects, read_text, sha256_of
from retrieval.errors import BadDocument

HEAD = ("query-id", "corpus-id", "score")
DEFAULT_SPLIT = "test"
FILES = (Path("corpus.jsonl"), Path("queries.jsonl"), Path(f"qrels/{DEFAULT_SPLIT}.tsv"))


@dataclass(frozen=True, slots=True)
class Text:
    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Beir:
    """``qrels[query][document]`` is the graded relevance, 0 = judged and not relevant. ``sha256`` is of all three
    files, ``corpus_sha256`` of the corpus alone."""

    name: str
    split: str
    sha256: str
    corpus_sha256: str
    corpus: tuple[Text, ...]
    queries: tuple[Text, ...]
    qrels: dict[str, dict[str, int]]


def load_beir(folder: Path, split: str = DEFAULT_SPLIT) -> Beir:
    """Read and check the three files. Raises ``BadDocument`` that names file and line."""
    if not folder.is_dir():
        raise BadDocument(str(folder), "no such folder", remedy="--dataset needs a folder in the BEIR layout")
    corpus_file, queries_file = folder / "corpus.jsonl", folder / "queries.jsonl"
    qrels_file = _qrels_file(folder, split)
    corpus = _texts(corpus_file)
    queries = _texts(queries_file)
    qrels = _qrels(qrels_file, frozenset(queries), frozenset(corpus))
    for id_ in qrels:
        text, line = queries[id_]
        if not text.text.strip():
            reason = f'"text" of query "{id_}" is empty'
            raise BadDocument(str(queries_file), reason, where=f"line {line}", remedy="write the question")
    asked = tuple(text for id_, (text, _) in queries.items() if id_ in qrels)
    return Beir(
        folder.resolve().name,
        split,
        sha256_of((corpus_file, queries_file, qrels_file)),
        sha256_of([corpus_file]),
        tuple(text for text, _ in corpus.values()),
        asked,
        qrels,
    )


def _qrels_file(folder: Path, split: str) -> Path:
    file = folder / "qrels" / f"{split}.tsv"
    known = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
    if known and split not in known:
        raise BadDocument(str(file), "no such file", remedy=f"choose --split from {', '.join(known)}")
    return file


def _texts(path: Path) -> dict[str, tuple[Text, int]]:
    """By id, with the line number."""
    texts: dict[str, tuple[Text, int]] = {}
    for number, value in read_objects(path):
        where = f"line {number}"
        id_ = _id(value)
        if id_ is None:
            raise BadDocument(str(path), 'no "_id"', where=where, remedy="give every line an _id")
        if id_ in texts:
            reason = f'_id "{id_}" stands on line {texts[id_][1]} already'
            raise BadDocument(str(path), reason, where=where, remedy="give every line its own _id")
        text, title = value.get("text"), value.get("title") or ""
        for field, content in (("text", text), ("title", title)):
            if not isinstance(content, str):
                reason = f'no "{field}" that is a string in _id "{id_}"'
                raise BadDocument(str(path), reason, where=where, remedy="correct the line")
        texts[id_] = (Text(id_, str(text), title), number)
    return texts


def _id(value: dict[str, Any]) -> str | None:
    raw = value.get("_id")
    if isinstance(raw, int) and not isinstance(raw, bool):  # some exports write numbers
        return str(raw)
    return raw if isinstance(raw, str) and raw else None


def _qrels(path: Path, queries: frozenset[str], corpus: frozenset[str]) -> dict[str, dict[str, int]]:
    lines = read_text(path).splitlines()
    if not any(line.strip() for line in lines):
        raise BadDocument(str(path), "empty", remedy="put the head line and at least one judgement in it")
    if tuple(lines[0].strip().split("\t")) != HEAD:
        raise BadDocument(str(path), "no head line", where="line 1", remedy=f"begin with {'<tab>'.join(HEAD)}")
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            query, document, score = _judgement(path, number, line)
            for kind, id_, known in (("query", query, queries), ("corpus", document, corpus)):
                if id_ not in known:
                    file = "queries.jsonl" if kind == "query" else "corpus.jsonl"
                    reason = f'{kind}-id "{id_}" is not in {file}'
                    raise BadDocument(str(path), reason, where=f"line {number}", remedy="correct the id")
            if qrels.setdefault(query, {}).setdefault(document, score) != score:
                reason = f'"{query}" and "{document}" are judged twice, differently'
                raise BadDocument(str(path), reason, where=f"line {number}", remedy="keep one of them")
    if not qrels:
        raise BadDocument(str(path), "no judgement after the head line", remedy="add at least one")
    return qrels


def _judgement(path: Path, number: int, line: str) -> tuple[str, str, int]:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) != len(HEAD):
        reason = f"{len(cells)} columns where {len(HEAD)} are needed"
        raise BadDocument(str(path), reason, where=f"line {number}", remedy="separate them by one tab each")
    try:
        return cells[0], cells[1], int(cells[2])
    except ValueError:
        reason = f'score "{cells[2]}" is not a whole number'
        raise BadDocument(str(path), reason, where=f"line {number}", remedy="correct the score") from None
