"""The golden set: how many of which sort, how they are phrased, how they are split."""

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from demo import golden
from demo.golden.deck import POOLS, Deck, fill
from demo.golden.hand import CHINESE, ENGLISH
from demo.golden.sample import write_sample
from demo.golden.unclear import absent_pump
from demo.plant import Plant, build
from evals.dataset import GoldenQuestion, load_golden

KINDS = {
    "fact",
    "table",
    "procedure",
    "troubleshooting",
    "history",
    "connectivity",
    "live",
    "live_limit",
    "revision",
    "ambiguous",
    "unanswerable",
}


@pytest.fixture
def made(golden_demo: tuple[Plant, Path]) -> list[GoldenQuestion]:
    return load_golden(golden_demo[1] / golden.FILE)


def test_every_kind_in_both_languages_and_both_splits(made: list[GoldenQuestion]) -> None:
    origins = Counter(question.origin for question in made)
    assert origins["model"] >= 300
    assert origins["hand"] >= 60
    assert {question.kind for question in made} == KINDS
    counts = Counter((question.kind, question.language, question.split) for question in made)
    assert all(
        counts[kind, language, split] for kind in KINDS for language in ("en", "zh") for split in ("train", "test")
    )
    languages = Counter(question.language for question in made)
    assert min(languages.values()) >= 0.4 * len(made)


def test_enough_cannot_be_answered_and_half_of_it_nearly_could(made: list[GoldenQuestion]) -> None:
    refused = [question for question in made if question.kind == "unanswerable"]
    assert len(refused) >= 30
    assert sum(question.near_miss for question in refused) >= len(refused) / 2
    assert not [question for question in made if question.near_miss and question.kind != "unanswerable"]
    status = {"ambiguous": "clarify", "unanswerable": "abstained"}
    assert all(question.expected_status == status.get(question.kind, "answered") for question in made)
    assert sum(question.kind == "ambiguous" for question in made) >= 10


def test_many_are_asked_in_the_other_language_than_the_evidence(made: list[GoldenQuestion]) -> None:
    across = Counter(q.language for q in made if q.evidence_language and q.evidence_language != q.language)
    assert across.total() >= 60
    assert min(across.values()) >= 20


def test_the_splits_share_no_fact_and_each_kind_is_in_both(made: list[GoldenQuestion]) -> None:
    train, test = ({q.fact_id for q in made if q.split == split} for split in ("train", "test"))
    assert "" not in train | test
    assert not train & test
    in_test = Counter(question.kind for question in made if question.split == "test")
    assert in_test.total() >= 120
    for kind, count in Counter(question.kind for question in made).items():
        assert 0.25 <= in_test[kind] / count <= 0.55, kind


def test_ids_and_questions_are_unique(made: list[GoldenQuestion]) -> None:
    assert len({question.id for question in made}) == len(made)
    assert len({question.question for question in made}) == len(made)
    assert not [q.question for q in made if re.search(r"[{}]", q.question) or re.search(r"\b(\w+) \1\b", q.question)]


def test_facts_that_documents_state_are_asked_in_several_ways(made: list[GoldenQuestion]) -> None:
    by_fact = defaultdict(list)
    for question in made:
        if question.origin == "model" and question.kind in (
            "fact",
            "table",
            "procedure",
            "troubleshooting",
            "revision",
        ):
            by_fact[question.fact_id].append(question.question)
    assert all(2 <= len(asked) <= 4 for asked in by_fact.values()), {f: a for f, a in by_fact.items() if len(a) < 2}


def test_no_opening_prevails(made: list[GoldenQuestion]) -> None:
    english = [question.question.lower().split() for question in made if question.language == "en"]
    openings = Counter(" ".join(words[:3]) for words in english)
    assert openings.most_common(1)[0][1] <= 0.08 * len(english), openings.most_common(5)
    chinese = [question.question for question in made if question.language == "zh"]
    endings = Counter(question[-4:] for question in chinese)
    assert endings.most_common(1)[0][1] <= 0.12 * len(chinese), endings.most_common(5)


def test_pools_are_wide_and_dealt_evenly() -> None:
    assert all(len(set(frames)) >= 6 for shape in POOLS.values() for frames in shape.values())
    deck = Deck(["a", "b", "c", "d"], "1")
    assert Counter(deck.deal() for _ in range(40)) == dict.fromkeys("abcd", 10)
    assert Deck(["a", "b"], "1").deal(["a"]) == "b"


def test_names_are_filled_in_without_running_together() -> None:
    assert fill("{year}年{x}漏", {"x": "P-101A", "year": "2025"}) == "2025年P-101A漏"
    assert fill("{x}{year}年", {"x": "P-101A", "year": "2025"}) == "P-101A 2025年"
    assert fill("{x}: head?", {"x": "the feed pump"}) == "The feed pump: head?"


def test_each_by_hand_is_written_once() -> None:
    texts = [text for _, text in (*ENGLISH, *CHINESE)]
    assert len(texts) == len(set(texts)) >= 60


@pytest.mark.parametrize("seed", [1, 7, 11, 23])
def test_the_absent_pump_is_absent(seed: int) -> None:
    plant = build(seed)
    absent = absent_pump(plant)
    assert not [part for part in plant.parts if part.tag.startswith(absent)]
    assert not [instrument for instrument in plant.instruments if instrument.tag.startswith(absent)]


def test_the_same_seed_asks_the_same(golden_demo: tuple[Plant, Path], tmp_path: Path) -> None:
    plant, out = golden_demo
    golden.write(plant, out, tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (out / golden.FILE).read_bytes()


def test_a_sample_has_some_of_each_kind_and_language(golden_demo: tuple[Plant, Path], tmp_path: Path) -> None:
    count = write_sample(golden_demo[1] / golden.FILE, tmp_path / "sample.jsonl", "test", 2)
    sample = load_golden(tmp_path / "sample.jsonl")
    assert len(sample) == count
    groups = Counter((question.kind, question.language) for question in sample)
    assert {kind for kind, _ in groups} == KINDS
    assert max(groups.values()) == 2
    assert {question.split for question in sample} == {"test"}
