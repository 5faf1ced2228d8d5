import json
from pathlib import Path
from typing import Any

import pytest

from evals.__main__ import main
from evals.compare import compare, tables
from evals.report import write_json
from evals.runs import load_run
from retrieval.errors import BadDocument, BadInput

METRICS = ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10")


def ranked(path: Path, hits: dict[str, float], sha: str = "a" * 64, **more: Any) -> Path:
    """A retrieval run in which each question's scores are all the same number; Chinese ids begin with z."""
    rows: list[dict[str, Any]] = [
        {
            "query": id_,
            "text": f"question {id_}",
            "language": "zh" if id_.startswith("z") else "en",
            "pair": "zh-en" if id_.startswith("z") else "en-en",
            "cluster": id_,
            "relevant": {"d1": 1},
            "found": {"fused": ["d1" if value else "d2"], "keyword": []},
            "scores": {"fused": dict.fromkeys(METRICS, value), "keyword": dict.fromkeys(METRICS, 0.0)},
            "latency_ms": {"fused": 10.0, "keyword": 1.0},
            "top": [],
        }
        for id_, value in hits.items()
    ]
    dataset = {"name": "set", "split": "test", "sha256": sha}
    write_json(path, {"kind": "retrieval", "ways": ["fused", "keyword"], "dataset": dataset, "rankings": rows, **more})
    return path


def test_differences_flips_and_slices(tmp_path: Path) -> None:
    a = ranked(tmp_path / "a.json", {"e1": 1.0, "e2": 0.0, "z1": 0.0, "z2": 0.0})
    b = ranked(tmp_path / "b.json", {"z2": 1.0, "e2": 0.0, "z1": 1.0, "e1": 0.0})  # in another order
    content = compare(load_run(a), load_run(b))
    assert content["all"]["recall@5"]["difference"] == pytest.approx(0.25)
    assert content["by_language"]["zh"]["recall@5"]["difference"] == 1.0
    assert content["by_language"]["zh"]["recall@5"]["p_better"] == 1.0
    assert content["by_pair"]["en-en"]["mrr@10"]["difference"] == -0.5
    flipped = {flip["id"]: flip for flip in content["flipped"]}
    assert {id_: flip["now"] for id_, flip in flipped.items()} == {"e1": "wrong", "z1": "right", "z2": "right"}
    assert (flipped["e1"]["a"], flipped["e1"]["b"]) == ("d1", "d2")


def answers(path: Path, right: dict[str, float | None]) -> Path:
    """A run of answers; None is a question that failed."""
    rows = [
        {
            "id": id_,
            "question": f"question {id_}",
            "kind": "fact",
            "language": "zh" if id_.startswith("z") else "en",
            "expected": {},
            "got": None if value is None else {"status": "answered"},
            "answer": None if value is None else "75 °C",
            "error": "503: held" if value is None else "",
            "right": value,
            "scores": {} if value is None else {"status": value},
        }
        for id_, value in right.items()
    ]
    write_json(path, {"kind": "answers", "dataset": {"name": "g", "sha256": "a"}, "questions": rows})
    return path


def test_what_one_side_scored_alone_is_counted_and_not_averaged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = answers(tmp_path / "a.json", {"e1": 1.0, "e2": 0.0, "e3": 0.0, "e4": None, "z1": 1.0})
    b = answers(tmp_path / "b.json", {"e1": 1.0, "e2": None, "e3": 0.0, "e4": 0.0, "z1": None})
    content = compare(load_run(a), load_run(b))
    for name in ("right", "status"):
        one = content["all"][name]
        assert (one["a"], one["b"], one["difference"]) == (0.5, 0.5, 0.0)  # over e1 and e3
        assert (one["scored"], one["only_a"], one["only_b"]) == (2, 2, 1)
        of_zh = content["by_language"]["zh"][name]
        assert (of_zh["scored"], of_zh["only_a"], of_zh["only_b"]) == (0, 1, 0)
    now = {flip["id"]: flip["now"] for flip in content["flipped"]}
    assert now == {"e2": "failed", "e4": "wrong", "z1": "failed"}
    out = tmp_path / "out.json"
    assert main(["compare", str(a), str(b), "--json", str(out)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "3 questions flipped" in said
    assert json.loads(out.read_text(encoding="utf-8"))["by_language"]["zh"]["right"]["a"] is None
    cells = [str(cell) for cell in tables(content)[0].columns[-1].cells]
    assert cells[0] == "2, 2 A only, 1 B only"
    assert "0, 1 A only" in cells


def test_two_ways_of_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = ranked(tmp_path / "a.json", {"e1": 1.0, "e2": 1.0})
    out = tmp_path / "out.json"
    assert main(["compare", str(path), str(path), "--way-b", "keyword", "--json", str(out)]) == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["all"]["right"] | {"scored": 2} == content["all"]["right"]
    assert (content["all"]["ndcg@10"]["difference"], content["b"]["way"]) == (-1.0, "keyword")
    assert "2 questions flipped" in capsys.readouterr().out


def test_runs_that_do_not_belong_together_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = ranked(tmp_path / "a.json", {"e1": 1.0})
    other = ranked(tmp_path / "b.json", {"e1": 1.0}, sha="b" * 64)
    split = ranked(tmp_path / "c.json", {"e2": 1.0})
    answers = tmp_path / "d.json"
    write_json(answers, {"kind": "answers", "dataset": {"sha256": "a"}, "questions": []})
    for path in (other, split, answers):
        assert main(["compare", str(a), str(path)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert "runs over different questions (aaaaaaaaaaaa, bbbbbbbbbbbb)" in lines[0]
    assert "asked different questions of the same file" in lines[1]
    assert "compare two of a kind" in lines[2]
    runs = [
        load_run(ranked(tmp_path / f"{name}.json", {"e1": 1.0}, index={"documents_sha256": name}))
        for name in ("x", "y")
    ]
    with pytest.raises(BadInput, match="runs over different documents"):
        compare(*runs)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"kind": "retrieval"}', '{"kind": "comparison", "dataset": {"sha256": ""}}']
)
def test_what_is_no_run_is_named_in_one_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadDocument, match=r"run\.json.*give the --json file") as caught:
        load_run(path)
    assert "\n" not in str(caught.value)


def test_an_unknown_way_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match='no way "dense" of searching; choose from fused, keyword'):
        load_run(ranked(tmp_path / "a.json", {"e1": 1.0}), "dense")
