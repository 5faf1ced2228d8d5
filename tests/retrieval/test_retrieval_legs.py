"""The legs: real ones, light ones in every run, MiniLM with the slow ones."""

import math
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import ModelRejected
from retrieval.legs import dense, keyword, multilingual
from retrieval.legs._packing import pack, unpack
from retrieval.legs.base import Encoder, Leg, Sparse, Vector
from retrieval.plugins import discover

TEXTS = [
    "",
    "The bearing of the feed pump runs hot.",
    "泵P-101A的轴承温度过高",
    "x" * 5000,
    "\x00 \ud83d",
]  # broken PDFs hold lone surrogates


def dot(one: Vector, other: Vector) -> float:
    if isinstance(one, Sparse) and isinstance(other, Sparse):
        weights = dict(zip(other.indices, other.values, strict=True))
        return sum(value * weights.get(index, 0.0) for index, value in zip(one.indices, one.values, strict=True))
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    return sum(a * b for a, b in zip(one, other, strict=True))


def nearest(encoder: Encoder, question: str, texts: Sequence[str]) -> str:
    query = encoder.encode_query(question)
    scores = [dot(query, vector) for vector in encoder.encode_passages(texts)]
    assert max(scores) > 0
    return texts[scores.index(max(scores))]


@pytest.mark.parametrize("name", ["keyword", "multilingual", pytest.param("dense", marks=pytest.mark.slow)])
def test_the_contract_of_a_leg(name: str) -> None:
    leg: Leg = discover("retrieval.legs", "LEG")[name]
    assert leg.identity() == leg.identity() != ""
    encoder = leg.load()
    assert encoder.encode_passages([]) == []
    vectors = encoder.encode_passages(TEXTS)
    assert len(vectors) == len(TEXTS)
    for vector in [*vectors, encoder.encode_query("轴承")]:
        if leg.kind == "sparse":
            assert isinstance(vector, Sparse)
            assert len(vector.indices) == len(set(vector.indices)) == len(vector.values)
        else:
            assert isinstance(vector, tuple)
            assert len(vector) == leg.dimensions
            assert math.hypot(*vector) == pytest.approx(1, abs=1e-3)
    alone = encoder.encode_passages(TEXTS[1:2])[0]
    assert dot(alone, vectors[1]) == pytest.approx(dot(alone, alone), rel=1e-3)  # the batch changes nothing
    assert (encoder.count_pieces(TEXTS[1]) > 0) is (leg.max_pieces > 0)


ZH = ["轴承润滑脂每2000小时更换一次", "机械密封泄漏时应更换密封环", "启动前打开吸入阀并排气"]
EN = ["Replace bearing grease every 2000 hours.", "Worn seals leak: renew the seal ring.", "Open the suction valve."]


def test_keyword_matches_chinese_words_without_a_dictionary() -> None:
    encoder = keyword.LEG.load()
    assert nearest(encoder, "润滑脂多久更换？", ZH) == ZH[0]
    assert nearest(encoder, "密封环", ZH) == ZH[1]
    assert nearest(encoder, "greases for bearings", EN) == EN[0]  # stems


def test_keyword_makes_one_word_of_a_tag() -> None:
    encoder = keyword.LEG.load()
    texts = ["P-101A bearing replaced", "P-101B bearing replaced", "Ｐ－１０４轴承"]
    assert nearest(encoder, "is p-101a ok？", texts) == texts[0]
    assert nearest(encoder, "泵P101B", texts) == texts[1]
    assert nearest(encoder, "P-104", texts) == texts[2]
    assert keyword.to_words("泵P-101A轴承").split() == ["P-101A", "p101a", "泵", "轴承", "轴", "承"]


def test_keyword_finds_a_character_in_a_longer_word() -> None:
    assert nearest(keyword.LEG.load(), "这台泵", ["打开阀门", "给料泵停了"]) == "给料泵停了"


def test_a_code_in_a_chinese_question_is_not_outvoted_by_its_characters() -> None:
    texts = ["在设置菜单里设置参数，哪里都可以设置", "USB1.DM 引脚接到连接器"]
    assert nearest(keyword.LEG.load(), "USB1.DM在哪里设置？", texts) == texts[1]


def test_keyword_terms_are_the_same_in_another_process() -> None:
    code = "from retrieval.legs.keyword import LEG; print(sorted(LEG.load().encode_query('轴承 bearing').indices))"
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    mine = keyword.LEG.load().encode_query("轴承 bearing")
    assert isinstance(mine, Sparse)
    assert other.stdout.strip() == str(sorted(mine.indices))


def test_multilingual_reaches_across_languages() -> None:
    encoder = multilingual.LEG.load()
    assert nearest(encoder, "打开吸入阀", EN) == EN[2]
    assert nearest(encoder, "open the suction valve", ZH) == ZH[2]


@pytest.mark.slow
def test_dense_knows_what_is_meant() -> None:
    encoder = dense.LEG.load()
    assert nearest(encoder, "how often must it be lubricated", EN) == EN[0]


def test_counting_pieces_loads_no_torch() -> None:
    code = (
        "import sys; from retrieval.legs.dense import LEG; n = LEG.load().count_pieces('bearing temperature');"
        "assert n == 2, n; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=200))
def test_pieces_counted_by_word_are_those_of_the_whole_text(text: str) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(dense.model_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    assert dense.LEG.load().count_pieces(text) == len(tokenizer.encode(text, add_special_tokens=False).ids)


@pytest.mark.slow
def test_half_precision_finds_the_same() -> None:
    texts = [f"{text} {word}" for text in EN for word in ("pump", "valve", "seal", "motor", "bearing", "tank")]
    whole, half = (dense.MiniLm(dense.model_folder(), half=half) for half in (False, True))
    for one, other in zip(whole.encode_passages(texts), half.encode_passages(texts), strict=True):
        assert dot(one, other) > 0.999


def test_pieces_are_not_cut_off() -> None:
    assert dense.LEG.load().count_pieces("bearing " * 700) == 700


def test_another_model_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / dense.PACKAGE
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('must not be imported')", encoding="utf-8")
    (package / "model" / "model.safetensors").write_bytes(b"other")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModelRejected, match="SHA-256"):
        dense.LEG.load()
    shutil.rmtree(package)


def test_packed_vectors_come_back() -> None:
    assert unpack(pack((0.5, -0.25))) == (0.5, -0.25)
    sparse = Sparse((1, 4_294_967_295), (0.1, 2.0))
    assert unpack(pack(sparse)) == sparse
