import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from evals_kit import CORPUS, silent, tiny_beir, write_lines

from evals.__main__ import main
from evals.beir import load_beir
from evals.corpus import chosen_legs, open_index
from evals.metrics.base import mean
from evals.ranking import Ranking, Searcher, fusion_weights, rank_all, report, score
from evals.settings import EvalSettings
from retrieval.errors import BadSetting
from retrieval.legs.base import Encoder, Leg, Vector
from retrieval.settings import RetrievalSettings

KEYWORD = RetrievalSettings(legs=("keyword",))
SETTINGS = EvalSettings(encode_batch=2)
SCORES = {"recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10", "latency_ms_p50", "latency_ms_p99"}


class Interrupted:
    """A leg that counts what it encodes and stops after ``most`` texts, as Ctrl-C would."""

    def __init__(self, inner: Leg, most: int) -> None:
        self.inner, self.most, self.encoded = inner, most, 0
        self.kind, self.dimensions = inner.kind, inner.dimensions
        self.max_pieces, self.languages = inner.max_pieces, inner.languages

    def identity(self) -> str:
        return self.inner.identity()

    def load(self) -> "Interrupted":
        self.encoder: Encoder = self.inner.load()
        return self

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        if self.encoded + len(texts) > self.most:
            raise KeyboardInterrupt
        self.encoded += len(texts)
        return self.encoder.encode_passages(texts)

    def encode_query(self, text: str) -> Vector:
        return self.encoder.encode_query(text)

    def count_pieces(self, text: str) -> int:
        return self.encoder.count_pieces(text)


def run(folder: Path, cache: Path, legs: dict[str, Leg] | None = None) -> dict[str, Any]:
    dataset, legs = load_beir(folder), legs or chosen_legs(KEYWORD)
    with open_index(dataset, legs, SETTINGS, cache, silent) as index:
        searcher = Searcher.over(index, KEYWORD)
        ways = rank_all(dataset, searcher, silent)
        return report(dataset, searcher, ways, {name: leg.identity() for name, leg in legs.items()}, 240)


def test_keyword_search_over_a_tiny_folder(tmp_path: Path) -> None:
    content = run(tiny_beir(tmp_path), tmp_path / "cache")
    assert set(content["fused"]) == set(content["keyword"]) == SCORES
    assert content["rankings"][0]["fused"][0] == "d2"
    assert content["rankings"][1] == {"query": "q2", "language": "zh", "fused": ["d3"], "keyword": ["d3"]}
    assert content["fused"]["recall@1"] == 0.75  # one of q1's two, all of q2's
    assert content["fused"]["mrr@10"] == 1.0
    assert (content["queries"], content["documents"], content["passages"]) == (2, 4, 4)
    assert set(content["by_language"]) == {"en", "zh"}


def test_a_long_document_counts_as_its_best_window(tmp_path: Path) -> None:
    folder = tiny_beir(tmp_path)
    filler = "The plant hall is cleaned on every working day. " * 3
    long = {"_id": "long", "text": filler + "Anchor bolts of the baseplate take 210 newton metres. " + filler}
    write_lines(folder / "corpus.jsonl", [*CORPUS, long])
    write_lines(folder / "queries.jsonl", [{"_id": "q", "text": "baseplate anchor bolts"}])
    write_lines(folder / "qrels/test.tsv", ["query-id\tcorpus-id\tscore", "q\tlong\t1"])

    class Words(Interrupted):
        def count_pieces(self, text: str) -> int:
            return len(text.split())

    legs: dict[str, Leg] = {"keyword": Words(chosen_legs(KEYWORD)["keyword"], 99)}
    dataset, settings = load_beir(folder), EvalSettings(window_pieces=16)
    with open_index(dataset, legs, settings, tmp_path / "cache", silent) as index:
        found = Searcher.over(index, KEYWORD).rank(dataset.queries[0], {"keyword": 1.0}).documents
        assert sum(document == "long" for document in index.documents.values()) > 3
    assert found == ("long",)


def test_an_interrupted_run_goes_on_where_it_ended(tmp_path: Path) -> None:
    folder, cache = tiny_beir(tmp_path), tmp_path / "cache"
    inner = chosen_legs(KEYWORD)["keyword"]
    first = Interrupted(inner, most=2)
    with pytest.raises(KeyboardInterrupt):
        run(folder, cache, {"keyword": first})
    second = Interrupted(inner, most=99)
    resumed = run(folder, cache, {"keyword": second})
    assert (first.encoded, second.encoded, resumed["encoded"]) == (2, 2, 2)
    third = run(folder, cache, {"keyword": Interrupted(inner, most=0)})  # would stop at the first encoding
    assert third["encoded"] == 0
    assert third["rankings"] == resumed["rankings"] == run(folder, tmp_path / "other")["rankings"]
    assert [path.name for path in cache.iterdir() if path.is_dir()] == []  # the store is gone


def test_scores_are_means_over_judged_queries() -> None:
    rankings = [Ranking("a", "en", ("x", "y"), 10.0), Ranking("b", "en", ("y",), 30.0), Ranking("c", "en", (), 20.0)]
    scores = score(rankings, {"a": {"y": 1}, "b": {"y": 0}, "c": {"y": 1}})
    assert scores["mrr@10"] == mean([0.5, 0.0])  # b has no relevant document: not scored
    assert (scores["latency_ms_p50"], scores["latency_ms_p99"]) == (20.0, 30.0)


def test_the_question_s_language_decides_the_weights() -> None:
    legs = ("dense", "multilingual", "keyword")
    settings = RetrievalSettings(weights={"zh": {"dense": 0.0, "multilingual": 2.0}})
    assert fusion_weights(settings, legs, "zh") == {"multilingual": 2.0, "keyword": 1.0}
    assert fusion_weights(settings, ("dense",), "zh") == {"dense": 1.0}  # nothing left: all alike


def test_unknown_legs_are_named() -> None:
    with pytest.raises(BadSetting, match='no leg "sparse"; choose from dense'):
        chosen_legs(RetrievalSettings(legs=("sparse",)))


def test_the_command_writes_table_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    file = tmp_path / "out" / "scores.json"
    folder = str(tiny_beir(tmp_path))
    assert main(["retrieval", "--dataset", folder, "--legs", "keyword", "--json", str(file)]) == 0
    content = json.loads(file.read_text(encoding="utf-8"))
    assert set(content["keyword"]) == SCORES
    assert content["settings"]["legs"]["keyword"].startswith("bm25")
    shown = capsys.readouterr().out
    assert "ndcg@10" in shown
    assert "fused zh" in shown
    assert len(list((tmp_path / "data/evals").glob("*/encodings.sqlite"))) == 1


def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder := tiny_beir(tmp_path)).joinpath("queries.jsonl").unlink()
    assert main(["retrieval", "--dataset", str(folder)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("queries.jsonl: no such file; correct --dataset or add the file")


@pytest.mark.slow
def test_all_legs_over_a_tiny_folder(tmp_path: Path) -> None:
    settings = RetrievalSettings()
    dataset, legs = load_beir(tiny_beir(tmp_path)), chosen_legs(settings)
    with open_index(dataset, legs, SETTINGS, tmp_path / "cache", silent) as index:
        searcher = Searcher.over(index, settings)
        content = report(dataset, searcher, rank_all(dataset, searcher, silent), dict.fromkeys(legs, ""), 240)
    assert set(legs) == {"dense", "multilingual", "keyword"} < set(content)
    assert content["fused"]["mrr@10"] == 1.0
    assert content["dense"]["recall@5"] > 0.4
