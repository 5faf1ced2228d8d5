"""Weights of the second look, fitted to labelled questions."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evals_kit import CORPUS, PLANT_GOLDEN, QRELS, QUERIES, SmallPlant, silent, write_lines

from evals.__main__ import main
from evals.beir import load_beir
from evals.beir_search import Searcher
from evals.candidates import of_folder
from evals.corpus import open_index
from evals.fitting import Compared, Group, Pool, fit, folds, gains, is_fitted, order, sampled, write_weights
from evals.settings import EvalSettings
from retrieval.errors import BadSetting
from retrieval.legs._chosen import chosen_legs
from retrieval.relevance.asked import read
from retrieval.relevance.order import read_weights, relevance
from retrieval.relevance.signals import NAMES
from retrieval.settings import RetrievalSettings

LINE, LENGTH, FUSED = NAMES.index("line"), NAMES.index("length"), NAMES.index("fused")
SETTINGS = RetrievalSettings(legs=("keyword", "gloss"))


def pool(right: int, column: int, number: int, size: int = 12) -> Pool:
    """Noise in every signal but two: ``column`` is high where the candidate is right, and one never varies."""
    values = np.random.default_rng(number).normal(size=(size, len(NAMES))).astype(np.float32)
    values[:, column] = 0.0
    values[right, column] = 1.0
    values[:, NAMES.index("table")] = 0.5
    return Pool(values, np.arange(size) == right)


def pools(column: int, count: int = 40) -> list[Pool]:
    return [pool(number % 12, column, number) for number in range(count)]


def test_the_signal_that_tells_is_found() -> None:
    weights = fit([Group(1.0, pools(LINE))])
    spread = {name: weight for name, weight in weights.items() if name != "line"}
    assert weights["line"] > 10 * max(map(abs, spread.values()))
    assert "table" not in weights  # it is the same everywhere
    fresh = [pool(number % 12, LINE, 1000 + number) for number in range(20)]
    assert all(one.right[order(one, weights)[0]] for one in fresh)


def test_weights_are_for_signals_as_they_are_however_they_are_scaled() -> None:
    plain = pools(LINE)
    scaled = [Pool(one.values.copy(), one.right) for one in plain]
    for one in scaled:
        one.values[:, LENGTH] = one.values[:, LENGTH] * 8 + 3
    before, after = fit([Group(1.0, plain)]), fit([Group(1.0, scaled)])
    assert after["length"] == pytest.approx(before["length"] / 8, rel=1e-2)
    assert after["line"] == pytest.approx(before["line"], rel=1e-2)


def test_a_fit_can_be_repeated() -> None:
    mixed = [Group(0.5, pools(LINE, 7)), Group(0.5, pools(FUSED, 30))]
    assert fit(mixed) == fit(mixed)


def test_a_group_counts_by_its_share_not_by_its_size() -> None:
    few, many = pools(LINE, 6), pools(FUSED, 6)
    once, often = fit([Group(0.5, few), Group(0.5, many)]), fit([Group(0.5, few), Group(0.5, many * 5)])
    assert often == pytest.approx(once, rel=1e-2, abs=1e-3)
    leaning = [fit([Group(share, few), Group(1 - share, many)]) for share in (0.1, 0.9)]
    assert leaning[0]["line"] < leaning[1]["line"]
    assert leaning[0]["fused"] > leaning[1]["fused"]
    alone = fit([Group(1.0, few), Group(0.0, many)])
    assert alone == fit([Group(1.0, few)])


def test_of_several_right_ones_any_will_do() -> None:
    """One of two right ones has the signal, the other has nothing: it isn't punished for that."""
    taught = [
        one._replace(right=one.right | (np.arange(12) == (number + 5) % 12)) for number, one in enumerate(pools(LINE))
    ]
    weights = fit([Group(1.0, taught)])
    assert all(taught[number].right[order(taught[number], weights)[0]] for number in range(40))
    assert weights["line"] > 1


def test_where_nothing_can_be_learnt_it_is_said() -> None:
    nowhere, everywhere = pool(0, LINE, 1), pool(0, LINE, 2)
    nowhere.right[:] = False
    everywhere.right[:] = True
    nothing = Pool(np.zeros((0, len(NAMES)), np.float32), np.zeros(0, np.bool_))
    with pytest.raises(BadSetting, match="both right and wrong"):
        fit([Group(1.0, [nowhere, everywhere, nothing])])
    assert fit([Group(0.5, [nowhere, nothing]), Group(0.5, pools(LINE))]) == fit([Group(1.0, pools(LINE))])


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    weights = fit([Group(1.0, pools(NAMES.index("line, rare")))])  # a name with a comma
    write_weights(tmp_path / "weights.csv", weights)
    assert read_weights(tmp_path / "weights.csv") == weights
    with (tmp_path / "weights.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == ["signal", "weight"]
    with pytest.raises(BadSetting, match="--out"):
        write_weights(tmp_path / "no" / "weights.csv", weights)


def test_halves_and_folds_stay_what_they_are() -> None:
    documents = [f"d{number}" for number in range(400)]
    assert 160 < sum(map(is_fitted, documents)) < 240
    assert [is_fitted(f"d{number}") for number in range(1, 9)] == [False, False, True, False, False, False, True, True]
    fold = folds([*documents[:13], *documents[:5]], 5)
    assert sorted(list(fold.values()).count(number) for number in range(5)) == [2, 2, 3, 3, 3]
    assert fold == folds(documents[12::-1], 5)
    assert sampled(9, 0) == sampled(9, 9) == list(range(9))
    assert sampled(100, 7) == sampled(100, 7) == sorted(set(sampled(100, 7)))
    assert len(sampled(100, 7)) == 7


def test_the_gain_is_paired() -> None:
    def compared(cluster: str, before: list[str], after: list[str]) -> Compared:
        return Compared({"d1": 1}, [(one,) for one in before], [(one,) for one in after], cluster)

    found = gains([compared("a", ["d2", "d1"], ["d1", "d2"]), compared("b", [], ["d1"]), compared("c", ["d1"], ["d1"])])
    assert found["fused"]["recall@5"]["mean"] == pytest.approx(2 / 3)
    assert found["fitted"]["ndcg@10"]["mean"] == 1.0
    gain = found["gain"]["recall@5"]
    assert gain["difference"] == pytest.approx(1 / 3)
    assert (gain["low"], gain["scored"], gain["clusters"]) == (0.0, 3, 3)


MANY = 24


def folder(path: Path, split: str = "train") -> Path:
    """Documents on the limits of as many machines, and a question on each. Every right document is the long one of two
    that share the question's words: what the keyword leg puts second."""
    rows: list[dict[str, str]] = []
    asked: list[dict[str, str]] = []
    qrels = [QRELS[0]]
    for number in range(MANY):
        machine = f"machine{number:02d}"
        rows.append({"_id": f"s{number:02d}", "title": "", "text": f"Bearing limit {machine}."})
        text = f"Notes on {machine}. The bearing has a limit, which is 75 °C at the drive end, measured weekly."
        rows.append({"_id": f"d{number:02d}/en", "title": "", "text": text})
        asked.append({"_id": f"q{number:02d}", "text": f"what is the bearing limit of {machine}"})
        qrels.append(f"q{number:02d}\td{number:02d}/en\t1")
    write_lines(path / "corpus.jsonl", [*rows, *CORPUS])
    write_lines(path / "queries.jsonl", [*asked, *QUERIES])
    write_lines(path / "qrels" / f"{split}.tsv", [*qrels, "q1\td2\t0"])
    return path


def test_candidates_of_a_folder_are_those_of_the_second_look(tmp_path: Path) -> None:
    dataset, legs = load_beir(folder(tmp_path / "many"), "train"), chosen_legs(SETTINGS)
    with open_index(dataset, legs, EvalSettings(), tmp_path / "cache", silent) as index:
        searcher = Searcher.over(index, SETTINGS)
        queries = of_folder(dataset, searcher, 0, silent)
        few = of_folder(dataset, searcher, 5, silent)
        first = queries[0]
        candidates = searcher.candidates_of(first.text)
        unordered = searcher.unordered(first.text).found
    assert [query.gold for query in queries] == [f"d{number:02d}" for number in range(MANY)]  # q1 has no relevant one
    assert {query.text.id for query in few} < {query.text.id for query in queries}
    assert len(few) == 5
    assert first.pool.values.shape == (len(candidates), len(NAMES))
    assert [document for document, right in zip(first.documents, first.pool.right, strict=True) if right] == ["d00/en"]
    assert tuple(first.found(range(len(candidates))))[:5] == unordered[:5]
    weights = {"line": 1.0, "length": -0.25, "fused": 0.5}
    asked = read(first.text.text, "en")
    scores = relevance(asked, candidates, weights)
    placed = [candidates[place].id for place in order(first.pool, weights)]
    assert placed == sorted(scores, key=lambda id_: -round(scores[id_], 5))


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__LEGS", '["keyword", "gloss"]')


@pytest.mark.usefixtures("environment")
def test_the_command_fits_one_half_and_measures_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = folder(tmp_path / "many"), folder(tmp_path / "more")
    out, report = tmp_path / "new" / "weights.csv", tmp_path / "fit.json"
    command = ["fit", "--dataset", str(one), "--dataset", str(two), "--out", str(out), "--json", str(report)]
    assert main(command) == 0
    weights = read_weights(out)
    content = json.loads(report.read_text(encoding="utf-8"))
    assert content["weights"] == weights
    half = sum(is_fitted(f"d{number:02d}") for number in range(MANY))
    assert [row["name"] for row in content["sets"]] == ["many", "more", "all folders, query by query"]
    assert [(row["fitted_on"], row["measured_on"]) for row in content["sets"]][:2] == [(half, MANY - half)] * 2
    measured = content["sets"][0]["measured"]
    assert measured["fused"]["ndcg@10"]["mean"] < measured["fitted"]["ndcg@10"]["mean"]
    assert measured["gain"]["ndcg@10"]["low"] > 0
    assert content["sets"][2]["measured"]["gain"]["ndcg@10"]["clusters"] == MANY - half  # the same documents in both
    shown = capsys.readouterr().out
    assert "many" in shown
    assert "[retrieval] relevance_weights takes them" in shown
    again = out.read_bytes()
    assert main(command) == 0
    assert out.read_bytes() == again


def plant_golden(path: Path) -> Path:
    """p3 in train as well: two facts; p4 in test."""
    return write_lines(path, [row | {"split": "train"} if row["id"] == "p3" else row for row in PLANT_GOLDEN])


def test_golden_questions_are_measured_fact_by_fact(
    small_plant: SmallPlant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_CONFIG", str(small_plant.config))
    golden, out, report = plant_golden(tmp_path / "golden.jsonl"), tmp_path / "weights.csv", tmp_path / "fit.json"
    command = ["fit", "--golden", str(golden), "--out", str(out), "--json", str(report)]
    assert main(command) == 0
    content = json.loads(report.read_text(encoding="utf-8"))
    (row,) = content["sets"]
    assert (row["name"], row["split"], row["fitted_on"], row["measured_on"]) == ("golden.jsonl", "train", 3, 3)
    assert row["measured"]["gain"]["recall@5"]["clusters"] == 2
    assert row["measured"]["fused"]["recall@5"]["mean"] == 1.0
    assert content["share_golden"] == 1.0  # nothing stands beside it
    assert read_weights(out) == content["weights"]
    assert "questions of the test split, left out: 1" in capsys.readouterr().out
    mixed = folder(tmp_path / "many")
    assert main([*command, "--dataset", str(mixed), "--share-golden", "0.25"]) == 0
    content = json.loads(report.read_text(encoding="utf-8"))
    assert [one["name"] for one in content["sets"]] == ["golden.jsonl", "many"]
    assert content["share_golden"] == 0.25


def test_one_fact_alone_is_fitted_but_not_measured(
    small_plant: SmallPlant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_CONFIG", str(small_plant.config))
    out, report = tmp_path / "weights.csv", tmp_path / "fit.json"
    assert main(["fit", "--golden", str(small_plant.golden), "--out", str(out), "--json", str(report)]) == 0
    (row,) = json.loads(report.read_text(encoding="utf-8"))["sets"]
    assert (row["fitted_on"], row["measured_on"]) == (2, 0)  # p3 is in the test split
    assert row["measured"]["gain"]["recall@5"]["difference"] is None
    assert read_weights(out)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to fit on; give --dataset, --golden or both"),
        (["--dataset", "{many}", "--split", "test"], "--split test: weights are fitted on the train split"),
        (["--dataset", "{many}", "--split", "dev"], "dev.tsv: no such file; choose --split from train"),
        (["--dataset", "{many}", "--dataset", "{many}/../many"], "named twice; it would count twice"),
        (["--dataset", "{many}/none"], "none: no such folder"),
        (["--dataset", "{many}", "--share-golden", "1.5"], "--share-golden 1.5: give a share from 0 to 1"),
        (["--dataset", "{many}", "--queries", "-1"], "--queries -1: give a number from 1"),
        (["--golden", "{many}/none.jsonl"], "none.jsonl: no such file"),
        (["--golden", "{test}"], 'no question is in the split "train"; the splits of this file: test'),
        (["--golden", "{unasked}"], "no question of the train split that search must find evidence for"),
        (["--dataset", "{many}", "--out", "{many}"], "give --out a file"),
        (["--dataset", "{many}", "--out", "{many}/corpus.jsonl/weights.csv"], "give --out a file"),
    ],
)
@pytest.mark.usefixtures("environment")
def test_what_is_wrong_is_one_line(
    tmp_path: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    unasked: dict[str, Any] = PLANT_GOLDEN[3] | {"split": "train", "expected_tools": []}
    names = {
        "many": folder(tmp_path / "many"),
        "test": write_lines(tmp_path / "test.jsonl", [row | {"split": "test"} for row in PLANT_GOLDEN]),
        "unasked": write_lines(tmp_path / "unasked.jsonl", [unasked]),
    }
    given = [one.format(**names) for one in arguments]
    out = [] if "--out" in given else ["--out", str(tmp_path / "weights.csv")]
    assert main(["fit", *given, *out]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
    assert not (tmp_path / "weights.csv").exists()
