import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from evals_kit import CORPUS, silent, tiny_beir, write_lines

from evals.__main__ import main
from evals.beir import load_beir
from evals.beir_search import Searcher, described, search_all, sought
from evals.corpus import open_index
from evals.ranking import Ranking, Sought, pair_of, score, summarise
from evals.record import lasting
from evals.settings import EvalSettings
from retrieval.errors import Unavailable
from retrieval.legs._chosen import chosen_legs
from retrieval.legs.base import Encoder, Leg, Vector
from retrieval.rerank import Options, Reranking
from retrieval.settings import RetrievalSettings

KEYWORD = RetrievalSettings(legs=("keyword",))
BOTH = RetrievalSettings(legs=("keyword", "gloss"))
SETTINGS = EvalSettings(encode_batch=2)
SCORES = {"recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10", "latency_ms_p50", "latency_ms_p99"}


class Interrupted:
    """A leg that counts what it encodes and stops after ``most`` texts, as Ctrl-C would."""

    def __init__(self, inner: Leg, most: int) -> None:
        self.inner, self.most, self.encoded = inner, most, 0
        self.kind, self.dimensions = inner.kind, inner.dimensions
        self.max_pieces, self.pairs, self.over = inner.max_pieces, inner.pairs, inner.over

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


def run(folder: Path, cache: Path, legs: dict[str, Leg] | None = None, using: RetrievalSettings = KEYWORD) -> Any:
    dataset, legs = load_beir(folder), legs or chosen_legs(using)
    with open_index(dataset, legs, SETTINGS, cache, silent) as index:
        searcher = Searcher.over(index, using)
        ways = search_all(dataset, searcher, silent)
        return summarise(sought(dataset, index), ways) | described(dataset, searcher, 240)


def test_search_over_a_tiny_folder(tmp_path: Path) -> None:
    content = run(tiny_beir(tmp_path), tmp_path / "cache", using=BOTH)
    assert set(content["fused"]) == set(content["keyword"]) == set(content["gloss"]) == SCORES
    first, second = content["rankings"]
    assert first["found"]["fused"][0] == "d2"
    assert (second["query"], second["language"], second["pair"]) == ("q2", "zh", "zh-zh")
    assert second["found"]["keyword"] == ["d3"]
    assert "d3" not in second["found"]["gloss"]  # it reads the other language's passages only
    assert content["fused"]["recall@1"] == 0.75  # one of q1's two, all of q2's
    assert content["fused"]["mrr@10"] == 1.0
    assert (content["queries"], content["documents"], content["passages"]) == (2, 4, 4)
    assert set(content["by_language"]) == {"en", "zh"}
    assert content["by_pair"]["en-en"]["fused"]["recall@1"] == 0.5
    low, high = content["intervals"]["all"]["fused"]["recall@1"]
    assert (low, high) == (0.5, 1.0)


def test_what_was_found_comes_with_its_text(tmp_path: Path) -> None:
    first = run(tiny_beir(tmp_path), tmp_path / "cache")["rankings"][0]
    assert first["top"][0] == {
        "document": "d2",
        "place": "",
        "text": "Lubrication Grease the bearings every 2,000 operating hours with 30 g.",
        "evidence": [2],
    }
    assert first["texts"]["d1"].startswith("Bearings The drive-end")


def test_each_window_s_own_language_decides_where_it_is_searched(tmp_path: Path) -> None:
    folder = tiny_beir(tmp_path)
    mixed = {
        "_id": "mixed",
        "text": "轴承温度不得超过七十五度。轴承必须每天检查一次。\nWear ring clearance is half a millimetre.",
    }
    write_lines(folder / "corpus.jsonl", [*CORPUS, mixed])
    write_lines(folder / "queries.jsonl", [{"_id": "q", "text": "wear ring clearance"}])
    write_lines(folder / "qrels/test.tsv", ["query-id\tcorpus-id\tscore", "q\tmixed\t1"])
    dataset, settings = load_beir(folder), EvalSettings(window_pieces=30)
    with open_index(dataset, chosen_legs(KEYWORD), settings, tmp_path / "cache", silent) as index:
        assert index.languages["mixed"] == "zh"  # two of its windows
        assert Searcher.over(index, KEYWORD).fused(dataset.queries[0]).found[0] == ("mixed",)
        assert sought(dataset, index)[0].slices == {"language": "en", "pair": "en-zh"}


def test_a_long_document_counts_as_its_best_window(tmp_path: Path) -> None:
    folder = tiny_beir(tmp_path)
    filler = "The plant hall is cleaned on every working day. " * 3
    long = {"_id": "long", "text": filler + "Anchor bolts of the baseplate take 210 newton metres. " + filler}
    write_lines(folder / "corpus.jsonl", [*CORPUS, long])
    write_lines(folder / "queries.jsonl", [{"_id": "q", "text": "baseplate anchor bolts"}])
    write_lines(folder / "qrels/test.tsv", ["query-id\tcorpus-id\tscore", "q\tlong\t1"])
    dataset, settings = load_beir(folder), EvalSettings(window_pieces=24)
    with open_index(dataset, chosen_legs(KEYWORD), settings, tmp_path / "cache", silent) as index:
        found = Searcher.over(index, KEYWORD).alone(dataset.queries[0], "keyword").found
        assert sum(document == "long" for document in index.documents.values()) > 3
    assert found == (("long",),)


class Backwards:
    """A reranker that likes short texts."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        return [-float(len(text)) for text in texts]


class Broken:
    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        raise Unavailable("no such server")


async def test_a_reranker_orders_what_was_fused(tmp_path: Path) -> None:
    dataset = load_beir(tiny_beir(tmp_path))
    with open_index(dataset, chosen_legs(KEYWORD), SETTINGS, tmp_path / "cache", silent) as index:
        searcher, query = Searcher.over(index, KEYWORD), dataset.queries[0]
        fused = [document for (document,) in searcher.fused(query).found]
        reranking = Reranking(Backwards(), Options())
        ordered = [document for (document,) in (await searcher.reranked(query, reranking)).found]
        reranking.close()
        lengths = {row["_id"]: len(f"{row['title']}{row['text']}") for row in CORPUS}
        assert len(fused) > 1
        assert ordered == sorted(fused, key=lengths.__getitem__)
        broken = Reranking(Broken(), Options())
        with pytest.raises(Unavailable, match="the reranker gave no scores"):
            await searcher.reranked(query, broken)
        broken.close()


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
    assert lasting(third) == lasting(resumed) == lasting(run(folder, tmp_path / "other"))
    assert [path.name for path in cache.iterdir() if path.is_dir()] == []  # the store is gone


def test_what_stands_at_one_rank_counts_there() -> None:
    relevant = {"a": 1, "b": 1}
    both_at_two = score(relevant, [("x",), ("a", "b"), ("y",)])
    assert both_at_two["recall@1"] == 0.0
    assert both_at_two["recall@5"] == 1.0
    assert both_at_two["mrr@10"] == 0.5
    assert 0.5 < both_at_two["ndcg@10"] < 1.0
    assert score(relevant, [("a",), ("b",)])["ndcg@10"] == 1.0


def test_scores_are_means_over_judged_queries() -> None:
    questions = [Sought(id_, id_, {"y": int(id_ != "b")}, {"language": "en"}, id_) for id_ in "abc"]
    found = [Ranking((("x",), ("y",)), 10.0), Ranking((("y",),), 30.0), Ranking((), 20.0)]
    content = summarise(questions, {"fused": found})
    assert content["fused"]["mrr@10"] == 0.25  # b has no relevant document: not scored
    assert content["unscored_queries"] == 1
    assert (content["fused"]["latency_ms_p50"], content["fused"]["latency_ms_p99"]) == (20.0, 30.0)


def test_pairs_of_languages() -> None:
    assert pair_of("zh", ["en", "en"]) == "zh-en"
    assert pair_of("zh", ["en", "zh"]) == "zh-mixed"
    assert pair_of("en", []) == "en-none"


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
    assert content["run"]["command"] == f"python -m evals retrieval --dataset {folder} --legs keyword --json {file}"
    shown = capsys.readouterr().out
    assert "ndcg@10" in shown
    assert "fused zh" in shown
    assert len(list((tmp_path / "data/evals").glob("*/encodings.sqlite"))) == 1


def test_another_split_is_another_file_of_judgements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    folder = tiny_beir(tmp_path)
    write_lines(folder / "qrels/train.tsv", ["query-id\tcorpus-id\tscore", "q3\td4\t1"])
    assert load_beir(folder, "train").qrels == {"q3": {"d4": 1}}
    assert load_beir(folder, "train").corpus_sha256 == load_beir(folder).corpus_sha256  # encoded once
    assert main(["retrieval", "--dataset", str(folder), "--legs", "keyword", "--split", "dev"]) == 1
    assert capsys.readouterr().err.strip().endswith("dev.tsv: no such file; choose --split from test, train")


def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder := tiny_beir(tmp_path)).joinpath("queries.jsonl").unlink()
    assert main(["retrieval", "--dataset", str(folder)]) == 1
    assert main(["retrieval", "--dataset", str(tiny_beir(tmp_path)), "--legs", "queries"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("queries.jsonl: no such file; correct --dataset or add the file")
    assert lines[1].startswith('evals: no leg may be called "queries"')


@pytest.mark.slow
def test_all_legs_over_a_tiny_folder(tmp_path: Path) -> None:
    content = run(tiny_beir(tmp_path), tmp_path / "cache", using=RetrievalSettings())
    assert content["ways"] == ["fused", "relevance off", "dense", "multilingual", "keyword", "gloss", "gloss_dense"]
    assert content["fused"]["recall@5"] == 1.0
    assert content["dense"]["recall@5"] > 0.4
