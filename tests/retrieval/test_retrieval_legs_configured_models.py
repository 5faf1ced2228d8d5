"""Sentence-transformers models by path, over tiny real ones made on the spot."""

import math
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from model_kit import WIDTH, make_encoder, make_plain

from retrieval.errors import BadSetting, PlantwrightError, Unavailable
from retrieval.legs import sentence_transformers
from retrieval.legs.base import Vector
from retrieval.legs.sentence_transformers import SentenceLeg

pytestmark = pytest.mark.slow  # torch takes seconds to import
PROMPTS = {"query": "query: ", "document": "", "other": "a query of the pump: "}
TEXTS = ["the bearing runs hot", "", "泵P-101A的轴承温度过高", "x" * 5000, "\x00 \ud83d"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("models") / "tiny", prompts=PROMPTS)


def leg_of(model: Path | str, **options: Any) -> SentenceLeg:
    return sentence_transformers.LEG_TYPE.make("mine", {"model": str(model), "dtype": "float32", **options})


def cosine(one: Vector, other: Vector) -> float:
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_a_model_by_path(model: Path) -> None:
    leg = leg_of(model)
    assert (leg.kind, leg.dimensions, leg.max_pieces, leg.over) == ("dense", WIDTH, 62, "")
    encoder = leg.load()
    vectors = encoder.encode_passages(TEXTS)
    assert encoder.encode_passages([]) == []
    for vector in vectors:
        assert isinstance(vector, tuple)
        assert len(vector) == WIDTH
        assert math.hypot(*vector) == pytest.approx(1, abs=1e-4)
    assert cosine(encoder.encode_passages(TEXTS[:1])[0], vectors[0]) == pytest.approx(1, abs=1e-5)
    assert cosine(vectors[0], vectors[2]) < 0.99
    assert encoder.count_pieces(TEXTS[0]) == 4
    assert encoder.count_pieces("泵 轴承") == 3


def test_vectors_are_the_librarys_own(model: Path) -> None:
    from sentence_transformers import SentenceTransformer

    own = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    encoder = leg_of(model).load()
    for mine, theirs in (
        (encoder.encode_query(TEXTS[0]), own.encode_query([TEXTS[0]], normalize_embeddings=True)[0]),
        (encoder.encode_passages(TEXTS[:1])[0], own.encode_document([TEXTS[0]], normalize_embeddings=True)[0]),
    ):
        assert mine == pytest.approx(theirs.tolist(), abs=1e-5)


def test_prompts_are_the_models_own_or_what_is_said(model: Path) -> None:
    text = "bearing hot"
    bare = leg_of(model, query_prompt="").load()
    assert cosine(bare.encode_query(text), bare.encode_passages([text])[0]) == pytest.approx(1, abs=1e-5)
    own = leg_of(model).load().encode_query(text)
    assert own == pytest.approx(bare.encode_passages(["query: " + text])[0], abs=1e-5)
    named = leg_of(model, passage_prompt_name="other")
    assert named.load().encode_passages([text])[0] == pytest.approx(
        bare.encode_passages([PROMPTS["other"] + text])[0], abs=1e-5
    )
    assert named.max_pieces == 62 - 6  # a query of the pump :
    said = leg_of(model, query_prompt="seal ").load().encode_query(text)
    assert said == pytest.approx(bare.encode_passages(["seal " + text])[0], abs=1e-5)


def test_pooling_and_dimensions(model: Path) -> None:
    found = {
        pooling: leg_of(model, pooling=pooling).load().encode_passages(TEXTS[:1])[0]
        for pooling in ("model", "mean", "cls", "lasttoken")
    }
    assert found["model"] == found["mean"]
    assert cosine(found["mean"], found["cls"]) < 0.99
    assert cosine(found["cls"], found["lasttoken"]) < 0.99
    short = leg_of(model, dimensions=8)
    vector, whole = short.load().encode_passages(TEXTS[:1])[0], found["model"]
    assert short.dimensions == 8
    assert isinstance(vector, tuple)
    assert isinstance(whole, tuple)
    length = math.hypot(*whole[:8])
    assert vector == pytest.approx([value / length for value in whole[:8]], abs=1e-5)


def test_what_is_beyond_the_limit_is_not_read(model: Path) -> None:
    leg = leg_of(model, max_pieces=8)
    assert leg.max_pieces == 6
    encoder = leg.load()
    one, other = encoder.encode_passages(
        ["the bearing runs hot every hours seal", "the bearing runs hot every hours leak"]
    )
    assert cosine(one, other) == pytest.approx(1, abs=1e-5)
    assert encoder.count_pieces("bearing " * 70) == 70


def test_a_plain_transformer_is_pooled_by_the_mean(tmp_path: Path, model: Path) -> None:
    plain = make_plain(tmp_path / "plain")
    leg = leg_of(plain)
    assert (leg.dimensions, leg.max_pieces) == (WIDTH, 62)
    assert leg.load().encode_passages(TEXTS[:1])[0] == pytest.approx(
        leg_of(model).load().encode_passages(TEXTS[:1])[0], abs=1e-5
    )


def test_what_changes_vectors_changes_the_identity(model: Path, tmp_path: Path) -> None:
    same = leg_of(model).identity()
    assert leg_of(model, dtype="bfloat16", batch=2, device="cpu").identity() == same
    copied = shutil.copytree(model, tmp_path / "elsewhere")
    (copied / "README.md").write_text("of no account", encoding="utf-8")
    (copied / "onnx").mkdir()
    (copied / "onnx" / "model.onnx").write_bytes(b"another backend's")
    assert leg_of(copied).identity() == same
    changes: list[dict[str, Any]] = [
        {"query_prompt": "q: "},
        {"passage_prompt": "q: "},
        {"pooling": "cls"},
        {"dimensions": 8},
        {"max_pieces": 32},
    ]
    assert len({same, *(leg_of(model, **change).identity() for change in changes)}) == len(changes) + 1
    for name in ("model.safetensors", "tokenizer.json", "config_sentence_transformers.json"):
        other = shutil.copytree(model, tmp_path / name)
        (other / name).write_bytes((other / name).read_bytes() + b" ")
        assert leg_of(other).identity() != same, name


def test_half_precision_finds_the_same(model: Path) -> None:
    whole, half = (leg_of(model, dtype=dtype).load().encode_passages(TEXTS[:3]) for dtype in ("float32", "bfloat16"))
    assert all(cosine(one, other) > 0.99 for one, other in zip(whole, half, strict=True))


def test_threads_may_share_an_encoder(model: Path) -> None:
    encoder = leg_of(model).load()
    wanted = [encoder.encode_query(f"bearing {number}") for number in range(8)]
    found: dict[int, Vector] = {}

    def ask(number: int) -> None:
        found[number] = encoder.encode_query(f"bearing {number}")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] == pytest.approx(vector, abs=1e-5) for number, vector in enumerate(wanted)] == [True] * 8


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"dimensions": 64}, "dimensions: the model has 32"),
        ({"max_pieces": 512}, "max_pieces: the model reads 64 at most"),
        ({"max_pieces": 8, "passage_prompt": "the pump bearing runs hot replace grease"}, "no room"),
        ({"query_prompt_name": "passage"}, "query_prompt_name: the model names document, other, query, not 'passage'"),
        ({"query_prompt_name": "query", "query_prompt": "q"}, "not both"),
        ({"pooling": "best"}, "pooling"),
        ({"dtype": "int4"}, "dtype"),
    ],
)
def test_a_setting_that_the_model_cannot_meet_is_named(model: Path, options: dict[str, Any], says: str) -> None:
    def use() -> tuple[str, int]:
        leg = leg_of(model, **options)
        return leg.identity(), leg.max_pieces

    with pytest.raises(BadSetting) as caught:
        use()
    assert str(caught.value).startswith("[retrieval.leg_options.mine]")
    assert says in str(caught.value)


@pytest.mark.parametrize("broken", ["model.safetensors", "config.json", "tokenizer.json", "modules.json"])
def test_a_broken_model_is_one_line(model: Path, tmp_path: Path, broken: str) -> None:
    copied = shutil.copytree(model, tmp_path / "broken")
    (copied / broken).write_bytes(b"{ not what it was")
    with pytest.raises(PlantwrightError) as caught:
        leg_of(copied).load().encode_query("hot?")
    assert "\n" not in str(caught.value)
    assert "broken" in str(caught.value)


def test_an_odd_device_is_one_line(model: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be loaded"):
        leg_of(model, device="quantum").load().encode_query("hot?")
