"""Legs made from settings: the choosing of them, and an embeddings endpoint over real HTTP."""

import logging
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from model_kit import KEY, Models, hashed, serving

from retrieval.errors import BadSetting, PlantwrightError, Unavailable
from retrieval.legs._chosen import chosen_legs
from retrieval.legs.base import ALL_PAIRS, Leg, reads
from retrieval.legs.openai_embeddings import EmbeddingsLeg
from retrieval.settings import RetrievalSettings

TEXTS = ["The bearing runs hot.", "", "泵P-101A的轴承温度过高", "x" * 5000, "\x00 \ud83d"]


@pytest.fixture
def models() -> Iterator[Models]:
    with serving(Models()) as running:
        yield running


def leg_of(url: str, **options: Any) -> EmbeddingsLeg:
    legs = chosen_legs(
        RetrievalSettings(
            legs=("mine",),
            leg_options={"mine": {"type": "openai_embeddings", "base_url": url, "model": "e5", **options}},
        )
    )
    assert isinstance(legs["mine"], EmbeddingsLeg)
    return legs["mine"]


def unit(text: str, width: int = 8) -> list[float]:
    found = hashed(text, width)
    return [value / math.hypot(*found) for value in found]


def test_an_endpoint_encodes(models: Models) -> None:
    for format in ("base64", "float"):
        leg = leg_of(models.url, encoding_format=format, batch=2, query_prompt="query: ", passage_prompt="passage: ")
        assert (leg.dimensions, leg.kind, leg.max_pieces, leg.over, leg.pairs) == (8, "dense", 0, "", ALL_PAIRS)
        encoder = leg.load()
        vectors = encoder.encode_passages(TEXTS)
        assert encoder.encode_passages([]) == []
        assert [len(vector) for vector in vectors if isinstance(vector, tuple)] == [8] * len(TEXTS)
        assert vectors[0] == pytest.approx(unit("passage: " + TEXTS[0]), abs=1e-6)
        assert vectors[2] == pytest.approx(unit("passage: " + TEXTS[2]), abs=1e-6)
        assert encoder.encode_query("hot?") == pytest.approx(unit("query: hot?"), abs=1e-6)
        assert encoder.count_pieces("anything") == 0


def test_a_server_may_send_floats_where_base64_was_asked_for(models: Models) -> None:
    models.always = "float"
    assert leg_of(models.url).load().encode_query("hot?") == pytest.approx(unit("hot?"), abs=1e-6)


def test_an_empty_text_is_never_sent(models: Models) -> None:
    leg_of(models.url, dimensions=8).load().encode_passages(["", "  \n"])
    assert models.asked[0]["input"] == [".", "."]


def test_making_a_leg_asks_nothing_and_its_dimension_is_asked_once(models: Models) -> None:
    leg = leg_of(models.url)
    leg.load()
    assert models.asked == []
    assert leg.dimensions == leg.dimensions == 8
    leg.identity()
    assert len(models.asked) == 1
    stated = leg_of(models.url, dimensions=8)
    assert "8" in stated.identity()
    assert len(models.asked) == 1


def test_what_changes_vectors_changes_the_identity(models: Models) -> None:
    def identity(**options: Any) -> str:
        return leg_of(models.url, **{"dimensions": 8, **options}).identity()

    same = identity()
    assert identity(batch=3, timeout_seconds=5, retries=0, encoding_format="float", concurrency=1) == same
    changes: list[dict[str, Any]] = [
        {"model": "e6"},
        {"dimensions": 4},
        {"query_prompt": "q: "},
        {"passage_prompt": "q: "},
        {"extra_body": {"task": "retrieval"}},
        {"model_revision": "2"},
    ]
    assert len({same, *(identity(**change) for change in changes)}) == len(changes) + 1


def test_batches_are_asked_for_at_once_but_not_all(models: Models) -> None:
    leg = leg_of(models.url, dimensions=8, batch=1, concurrency=3)
    texts = [f"text {number}" for number in range(24)]
    vectors = leg.load().encode_passages(texts)
    assert all(vector == pytest.approx(unit(text), abs=1e-6) for text, vector in zip(texts, vectors, strict=True))
    assert 1 < models.most_at_once <= 3
    assert len(models.asked) == 24


def test_a_busy_server_is_asked_again(models: Models) -> None:
    models.moods += ["429", "503"]
    assert len(leg_of(models.url, dimensions=8).load().encode_passages(["hot"])) == 1
    assert len(models.asked) == 3


def test_the_server_shortens_where_it_is_asked_to(models: Models) -> None:
    leg = leg_of(models.url, dimensions=4, request_dimensions=True, extra_body={"truncate_prompt_tokens": -1})
    assert leg.load().encode_query("hot?") == pytest.approx(unit("hot?", 4), abs=1e-6)
    assert (models.asked[0]["dimensions"], models.asked[0]["truncate_prompt_tokens"]) == (4, -1)


@pytest.mark.parametrize(
    ("mood", "says"),
    [
        ("500", "HTTP 500"),
        ("429", "HTTP 429"),
        ("401", "HTTP 401: bad key *** or too busy"),
        ("404", "HTTP 404"),
        ("silent", "no reply within 0.2 s"),
        ("text", "not a JSON object"),
        ("cut", "not JSON"),
        ("list", "not a JSON object"),
        ("nothing", "no 1 vectors"),
        ("null", "no 1 vectors"),
        ("odd", "no 1 vectors"),
    ],
)
def test_what_goes_wrong_is_one_line(
    models: Models, tmp_path: Path, mood: str, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "key").write_text(KEY + "\n", encoding="utf-8")
    models.always = mood
    leg = leg_of(models.url, dimensions=8, retries=0, timeout_seconds=0.2, api_key_file=str(tmp_path / "key"))
    encoder = leg.load()
    for ask in (lambda: encoder.encode_query("hot?"), lambda: encoder.encode_passages(["hot"])):
        with pytest.raises(Unavailable) as caught:
            ask()
        assert says in str(caught.value)
        assert str(caught.value).startswith(models.url)
        assert "\n" not in str(caught.value)
        assert KEY not in str(caught.value)
    assert models.asked[0]["key"] == f"Bearer {KEY}"
    assert KEY not in caplog.text + repr(leg.options) + leg.identity()


def test_no_server_is_one_line() -> None:
    leg = leg_of("http://127.0.0.1:9/v1", retries=0)
    with pytest.raises(Unavailable, match="no connection"):
        _ = leg.dimensions
    with pytest.raises(Unavailable, match="no connection"):
        leg.load().encode_query("hot?")


def test_a_failed_batch_ends_the_rest(models: Models) -> None:
    models.always = "500"
    leg = leg_of(models.url, dimensions=8, batch=1, concurrency=2, retries=0)
    with pytest.raises(Unavailable, match="HTTP 500"):
        leg.load().encode_passages([f"text {number}" for number in range(200)])
    assert len(models.asked) < 100


def test_another_dimension_than_stated_names_the_key(models: Models) -> None:
    with pytest.raises(Unavailable, match=r"8 dimensions, not 9; correct dimensions in \[retrieval.leg_options.mine\]"):
        leg_of(models.url, dimensions=9).load().encode_query("hot?")


def test_a_key_may_come_from_a_named_variable_and_from_no_other(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-another-service")
    leg_of(models.url, dimensions=8).load().encode_query("hot?")
    monkeypatch.setenv("EMBEDDINGS_KEY", KEY)
    leg_of(models.url, dimensions=8, api_key_env="EMBEDDINGS_KEY").load().encode_query("hot?")
    assert [one["key"] for one in models.asked] == ["Bearer none", f"Bearer {KEY}"]


def test_a_tokenizer_counts_for_the_endpoint() -> None:
    from retrieval.legs.dense import model_folder

    leg = leg_of(
        "http://127.0.0.1:9/v1",
        dimensions=8,
        max_pieces=128,
        tokenizer=str(model_folder() / "tokenizer.json"),
        passage_prompt="passage: ",
    )
    assert leg.max_pieces == 128 - 2 - 2  # two special ones, "passage" and ":"
    assert leg.load().count_pieces("bearing temperature") == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"type": "smell"}, "openai_embeddings, sentence_transformers, not 'smell'"),
        ({"base_url": "localhost:8000"}, "base_url: not a URL"),
        ({"base_url": "http://me:word@host/v1"}, "base_url: no name or password"),
        ({"base_url": "http://host:99999/v1"}, "base_url: not a URL"),
        ({"model": ""}, "model:"),
        ({"modell": "e5"}, "modell:"),
        ({"batch": 0}, "batch:"),
        ({"api_key_file": "/nowhere/key"}, "api_key_file: /nowhere/key cannot be read"),
        ({"api_key_env": "PLANTWRIGHT_NO_SUCH_KEY"}, "PLANTWRIGHT_NO_SUCH_KEY is not set"),
        ({"max_pieces": 512}, "tokenizer"),
        ({"request_dimensions": True}, "state dimensions"),
        ({"languages": ["de"]}, "languages"),
        ({"pairs": ["zh-de"]}, "pairs"),
        ({"languages": ["en"], "pairs": ["en-en"]}, "not both"),
        ({"type": "sentence_transformers", "base_url": "x"}, "base_url:"),
    ],
)
def test_a_wrong_setting_is_named(options: dict[str, Any], says: str) -> None:
    given = {"type": "openai_embeddings", "base_url": "http://127.0.0.1:9/v1", "model": "e5"} | options
    with pytest.raises(BadSetting) as caught:
        chosen_legs(RetrievalSettings(legs=("mine",), leg_options={"mine": given}))
    assert str(caught.value).startswith("[retrieval.leg_options.mine]")
    assert says in str(caught.value)
    assert "word" not in str(caught.value) or "name or password" in str(caught.value)


def test_a_key_of_several_lines_is_refused_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\nmore", encoding="utf-8")
    with pytest.raises(BadSetting, match="no key") as caught:
        leg_of("http://127.0.0.1:9/v1", api_key_file=str(tmp_path / "key"))
    assert KEY not in str(caught.value)


def test_languages_and_pairs_are_the_legs_own() -> None:
    english = leg_of("http://127.0.0.1:9/v1", languages=["en"])
    across = leg_of("http://127.0.0.1:9/v1", pairs=["zh-en", "en-en"])
    assert english.pairs == {("en", "en")}
    assert across.pairs == {("zh", "en"), ("en", "en")}
    assert reads(across) == {"en"}


def test_a_packaged_leg_stands_beside_ones_own_under_any_name(models: Models) -> None:
    options = {"type": "openai_embeddings", "base_url": models.url, "model": "e5"}
    legs: dict[str, Leg] = chosen_legs(RetrievalSettings(legs=("dense", "keyword"), leg_options={"dense": options}))
    assert list(legs) == ["dense", "keyword"]
    assert legs["dense"].dimensions == 8


def test_a_model_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    for model, says in (
        (str(tmp_path / "none"), "no such folder"),
        ("plantwright-test/no-such-model", "allow_download = true"),
    ):
        options = {"type": "sentence_transformers", "model": model}
        leg = chosen_legs(RetrievalSettings(legs=("mine",), leg_options={"mine": options}))["mine"]
        for ask in (leg.identity, leg.load):
            with pytest.raises(PlantwrightError, match=says):
                ask()


def test_a_name_is_found_in_the_hubs_cache_without_a_hub(tmp_path: Path) -> None:
    """The hub's layout on the disk, as a download leaves it; the library reads where that is once, at its import."""
    from retrieval.legs.dense import model_folder

    commit, repo = "0123456789" * 4, tmp_path / "models--owner--tiny"
    folder = repo / "snapshots" / commit
    folder.mkdir(parents=True)
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text(commit, encoding="utf-8")
    for name in ("config.json", "tokenizer.json", "sentence_bert_config.json"):
        shutil.copy(model_folder() / name, folder / name)
    (folder / "model.safetensors").write_bytes(b"never loaded here")
    code = (
        "from retrieval.legs.sentence_transformers import LEG_TYPE; leg = LEG_TYPE.make('m', {'model': 'owner/tiny'});"
        "print(leg.dimensions, leg.max_pieces, leg.identity()[:30])"
    )
    environment = os.environ | {"HF_HUB_CACHE": str(tmp_path), "HF_ENDPOINT": "http://127.0.0.1:9"}
    ran = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2], env=environment, capture_output=True
    )
    assert ran.stdout.decode().startswith("384 254 sentence-transformers sha256=")


def test_choosing_legs_loads_nothing_heavy() -> None:
    code = (
        "import sys; from retrieval.legs._chosen import chosen_legs; from retrieval.settings import RetrievalSettings;"
        "chosen_legs(RetrievalSettings(legs=('a', 'b'), reranker={}, leg_options={"
        "'a': {'type': 'sentence_transformers', 'model': 'x'},"
        "'b': {'type': 'openai_embeddings', 'model': 'x', 'base_url': 'http://127.0.0.1:9'}}));"
        "heavy = {'torch', 'transformers', 'openai', 'tokenizers', 'huggingface_hub', 'sentence_transformers'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
