import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from evals_kit import SmallPlant, silent, tiny_beir, write_lines

from evals.__main__ import main
from evals.beir import load_beir
from evals.beir_search import Searcher
from evals.corpus import open_index
from evals.remembered import RememberedEncoder, RememberedStore
from evals.settings import EvalSettings
from evals.sweep import combinations, load_grid
from retrieval.errors import BadDocument, BadSetting
from retrieval.legs._chosen import chosen_legs
from retrieval.settings import RetrievalSettings
from retrieval.stores.base import VectorStore

SETTINGS = RetrievalSettings(
    legs=("keyword", "gloss"), weights={"en-en": {"keyword": 2.0}, "zh-en": {"gloss": 1.5}}, rrf_k=10
)
GRID = "rrf_k = [1, 60]\ncandidates = [1, 3]\n[weights.en-en]\nkeyword = [0.5, 2]\n[weights.en-zh]\ngloss = [0, 1]\n"


def grid_file(folder: Path, text: str = GRID) -> Path:
    path = folder / "grid.toml"
    path.write_text(text, encoding="utf-8")
    return path


def with_train(folder: Path) -> Path:
    write_lines(folder / "qrels/train.tsv", ["query-id\tcorpus-id\tscore", "q1\td2\t1", "q3\td4\t1"])
    return folder


def test_what_is_remembered_ranks_as_the_store_itself(tmp_path: Path) -> None:
    dataset, legs = load_beir(tiny_beir(tmp_path)), chosen_legs(SETTINGS)
    with open_index(dataset, legs, EvalSettings(), tmp_path / "cache", silent) as index:
        store = cast(VectorStore, RememberedStore(index.store, 40))
        encoders = {name: RememberedEncoder(partial(lambda held: held, held)) for name, held in index.encoders.items()}
        remembering = replace(index, store=store, encoders=encoders)
        tried = combinations(load_grid(grid_file(tmp_path)), SETTINGS)
        assert len(tried) == 17  # 2 x 2 x 2 x 2, and the settings as they are
        for one in tried:
            for query in dataset.queries:
                real = Searcher.over(index, one.settings).fused(query).found
                assert Searcher.over(remembering, one.settings).fused(query).found == real


def test_a_combination_changes_what_it_names(tmp_path: Path) -> None:
    own, *rest = combinations(load_grid(grid_file(tmp_path)), SETTINGS)
    assert own.settings == SETTINGS
    assert own.values == {"rrf_k": 10, "candidates": 40, "weights.en-en.keyword": 2.0, "weights.en-zh.gloss": 1.0}
    assert rest[0].settings.rrf_k == 1
    assert rest[0].settings.weights["en-en"] == {**SETTINGS.weights["en-en"], "keyword": 0.5}
    assert rest[0].settings.weights["zh-en"] == SETTINGS.weights["zh-en"]
    (_, coded) = combinations({"code_weights.zh-en.gloss": [7.0]}, SETTINGS)
    assert coded.settings.code_weights["zh-en"]["gloss"] == 7.0
    assert coded.settings.weights == SETTINGS.weights
    with pytest.raises(BadSetting, match="rrf_k"):
        combinations({"rrf_k": [0]}, SETTINGS)


def test_the_command_tells_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__LEGS", '["keyword", "gloss"]')
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__WEIGHTS", '{"en-en": {"keyword": 0}}')  # finds nothing in English
    folder, out = with_train(tiny_beir(tmp_path)), tmp_path / "sweep.json"
    grid = grid_file(tmp_path, "[weights.en-en]\nkeyword = [0, 1]\n")
    assert main(["sweep", "--dataset", str(folder), "--grid", str(grid), "--json", str(out)]) == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["best"]["values"] == {"weights.en-en.keyword": 1.0}
    assert content["best"]["scores"]["ndcg@10"]["mean"] > content["settings_as_they_are"]["scores"]["ndcg@10"]["mean"]
    assert content["best"]["gain"]["p_better"] > 0.5
    assert (content["queries"], content["dataset"]["split"]) == (2, "train")
    assert "best: weights.en-en.keyword = 1" in capsys.readouterr().out


def test_the_plant_s_own_index_can_be_swept(
    small_plant: SmallPlant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_CONFIG", str(small_plant.config))
    out = tmp_path / "sweep.json"
    grid = grid_file(tmp_path, "rrf_k = [10, 60]\n[weights.zh-en]\ngloss = [0, 1]\nkeyword = [0]\n")
    command = ["sweep", "--dataset", str(small_plant.golden), "--grid", str(grid), "--metric", "recall@5"]
    assert main([*command, "--json", str(out)]) == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    worst = content["tried"][-1]
    assert worst["values"]["weights.zh-en.gloss"] == 0.0
    assert worst["scores"]["recall@5"]["mean"] < content["best"]["scores"]["recall@5"]["mean"] == 1.0


def test_the_test_split_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["sweep", "--dataset", str(tiny_beir(tmp_path)), "--grid", str(grid_file(tmp_path))]
    assert main([*command, "--split", "test"]) == 1
    assert main(command) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert "settings are chosen on the train split" in first
    assert "train.tsv: no such file; choose --split from test" in second


def test_the_test_split_on_purpose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__LEGS", '["keyword"]')
    grid = grid_file(tmp_path, "rrf_k = [1]\n")
    command = ["sweep", "--dataset", str(tiny_beir(tmp_path)), "--grid", str(grid), "--split", "test"]
    assert main([*command, "--on-test-i-know"]) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "nothing to sweep"),
        ("rrf_k = 5", "rrf_k: a list of numbers is needed"),
        ("rrf_k = []", "rrf_k: a list of numbers is needed"),
        ("[weights]\ngloss = [1]", "weights: tables are needed"),
        ("speed = [1]", "speed can't be swept"),
        ("rrf_k = [", "not valid TOML"),
        (f"rrf_k = {list(range(1, 30))}\ncandidates = {list(range(1, 30))}", "841 combinations; at most 400"),
    ],
)
def test_broken_grids_are_named(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match=message):
        load_grid(grid_file(tmp_path, text))
