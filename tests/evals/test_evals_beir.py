from collections.abc import Callable
from pathlib import Path

import pytest
from evals_kit import CORPUS, QRELS, QUERIES, tiny_beir, write_lines

from evals.beir import load_beir
from retrieval.errors import BadDocument

HEAD = QRELS[0]


def test_a_folder_is_read(tmp_path: Path) -> None:
    dataset = load_beir(tiny_beir(tmp_path))
    assert dataset.name == "tiny"
    assert [text.id for text in dataset.corpus] == ["d1", "d2", "d3", "d4"]
    assert [text.id for text in dataset.queries] == ["q1", "q2"]  # q3 is not judged
    assert dataset.qrels == {"q1": {"d2": 2, "d1": 1}, "q2": {"d3": 1}}


def test_the_hash_is_of_the_contents(tmp_path: Path) -> None:
    folder = tiny_beir(tmp_path)
    before = load_beir(folder).sha256
    assert load_beir(folder.rename(tmp_path / "elsewhere")).sha256 == before
    write_lines(tmp_path / "elsewhere/corpus.jsonl", [*CORPUS, {"_id": "d5", "text": "new"}])
    assert load_beir(tmp_path / "elsewhere").sha256 != before


def test_numbers_as_ids_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    folder = tiny_beir(tmp_path)
    (folder / "corpus.jsonl").write_bytes(b'\xef\xbb\xbf{"_id": 1, "text": "a"}\r\n\r\n')
    (folder / "qrels/test.tsv").write_bytes(f"{HEAD}\r\nq1\t1\t1\r\n".encode())
    assert load_beir(folder).qrels == {"q1": {"1": 1}}


def corpus(*rows: object) -> Callable[[Path], object]:
    return lambda folder: write_lines(folder / "corpus.jsonl", rows)


def queries(*rows: object) -> Callable[[Path], object]:
    return lambda folder: write_lines(folder / "queries.jsonl", rows)


def qrels(*rows: str) -> Callable[[Path], object]:
    return lambda folder: write_lines(folder / "qrels/test.tsv", rows)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "corpus.jsonl").unlink(), "corpus.jsonl: no such file"),
        (lambda folder: (folder / "qrels/test.tsv").unlink(), "test.tsv: no such file"),
        (lambda folder: (folder / "queries.jsonl").write_text(""), "queries.jsonl: empty"),
        (lambda folder: (folder / "qrels/test.tsv").write_text(" \n"), "test.tsv: empty"),
        (
            lambda folder: (folder / "corpus.jsonl").write_bytes(b'{"_id": "d1"}\n\xff\n'),
            "corpus.jsonl, line 2: not UTF-8",
        ),
        (corpus(*CORPUS, '{"_id": "d5", '), "corpus.jsonl, line 5, column 15: not valid JSON"),
        (corpus(*CORPUS, ["d5"]), "corpus.jsonl, line 5: a JSON object is needed, not list"),
        (corpus(*CORPUS, {"text": "no id"}), 'corpus.jsonl, line 5: no "_id"'),
        (corpus(*CORPUS, {"_id": "d5"}), 'corpus.jsonl, line 5: no "text" that is a string in _id "d5"'),
        (corpus(*CORPUS, CORPUS[0]), 'corpus.jsonl, line 5: _id "d1" stands on line 1 already'),
        (queries(*QUERIES[1:], {"_id": "q1", "text": " "}), 'queries.jsonl, line 3: "text" of query "q1" is empty'),
        (qrels(*QRELS[1:]), "test.tsv, line 1: no head line"),
        (qrels(HEAD), "test.tsv: no judgement after the head line"),
        (qrels(HEAD, "q1\td1"), "test.tsv, line 2: 2 columns where 3 are needed"),
        (qrels(HEAD, "q1\td1\thigh"), 'test.tsv, line 2: score "high" is not a whole number'),
        (qrels(*QRELS, "q9\td1\t1"), 'test.tsv, line 5: query-id "q9" is not in queries.jsonl'),
        (qrels(*QRELS, "q1\td9\t1"), 'test.tsv, line 5: corpus-id "d9" is not in corpus.jsonl'),
        (qrels(*QRELS, "q1\td2\t0"), 'test.tsv, line 5: "q1" and "d2" are judged twice, differently'),
    ],
)
def test_what_is_broken_is_named_by_file_and_line(
    spoil: Callable[[Path], object], message: str, tmp_path: Path
) -> None:
    folder = tiny_beir(tmp_path)
    spoil(folder)
    with pytest.raises(BadDocument) as caught:
        load_beir(folder)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match="nowhere: no such folder"):
        load_beir(tmp_path / "nowhere")
