import json
from pathlib import Path
from typing import Any

import pytest
from test_evals_compare import ranked

from evals.__main__ import main
from evals.gate import calibrated, check, load_thresholds, rests_on_judge
from evals.report import write_json
from retrieval.errors import BadDocument


def write(folder: Path, text: str) -> Path:
    path = folder / "thresholds.toml"
    path.write_text(text, encoding="utf-8")
    return path


def passed(folder: Path, run: Path, **threshold: Any) -> tuple[bool, str]:
    table = "\n".join(
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in threshold.items()
    )
    (one,) = check(run, load_thresholds(write(folder, f"[[threshold]]\n{table}\n")))
    return one.passed, one.line


def test_means_interval_ends_slices_and_ways(tmp_path: Path) -> None:
    run = ranked(tmp_path / "run.json", {f"e{i}": float(i > 2) for i in range(20)} | {"z1": 0.0})
    assert passed(tmp_path, run, metric="recall@5", at_least=0.8)[0]
    ok, line = passed(tmp_path, run, metric="recall@5", at_least=0.8, lower_end=True)
    assert not ok
    assert "0.810 [0.619 0.952], whose end counts, over 21 questions, >= 0.8 is needed" in line
    assert not passed(tmp_path, run, metric="recall@5", at_least=0.1, slice="language zh")[0]
    assert not passed(tmp_path, run, metric="recall@5", at_least=0.1, way="keyword")[0]
    assert passed(tmp_path, run, metric="right", at_least=0.8)[0]
    assert passed(tmp_path, run, metric="latency_ms_p99", at_most=10)[0]
    assert not passed(tmp_path, run, metric="latency_ms_p50", at_most=9.5)[0]
    assert (
        "no question is in that slice; there are language en"
        in passed(tmp_path, run, metric="recall@5", at_least=0.1, slice="language de")[1]
    )
    assert "no such metric" in passed(tmp_path, run, metric="recall@7", at_least=0.1)[1]
    assert (
        "21 questions are scored, 30 are needed"
        in passed(tmp_path, run, metric="recall@5", at_least=0.1, scored_at_least=30)[1]
    )


def test_the_exit_status_and_one_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ranked(tmp_path / "run.json", {"e1": 1.0, "z1": 0.0})
    text = '[[threshold]]\nmetric = "recall@5"\nat_least = 0.5\n'
    assert main(["gate", str(run), "--thresholds", str(write(tmp_path, text))]) == 0
    text += '[[threshold]]\nmetric = "mrr@10"\nslice = "pair zh-en"\nat_least = 0.85\n'
    assert main(["gate", str(run), "--thresholds", str(write(tmp_path, text))]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 of 1 thresholds passed"
    assert lines[1] == "FAILED mrr@10 pair zh-en: 0.000 [0.000 0.000] over 1 questions, >= 0.85 is needed"
    assert lines[2] == "1 of 2 thresholds passed"


def answered(path: Path, judge: Any) -> Path:
    row = {
        "id": "g1",
        "question": "?",
        "kind": "fact",
        "language": "en",
        "expected": {"fact_id": "f"},
        "got": {"status": "answered"},
        "answer": "75 °C",
        "error": "",
        "right": None,
        "latency_ms": 5.0,
        "scores": {"ragas_faithfulness": 1.0, "ragas_context_precision": 1.0, "status": 1.0, "numeric_match": None},
    }
    content = {"kind": "answers", "dataset": {"name": "g", "sha256": "a"}, "questions": [row]}
    write_json(path, content | ({"judge": judge} if judge else {}))
    return path


@pytest.mark.parametrize(
    ("judge", "ok"),
    [
        (None, False),
        ({"calibrated": False, "metrics": ["ragas_faithfulness"], "measured": ["ragas_faithfulness"]}, False),
        ({"calibrated": True, "metrics": ["ragas_faithfulness"]}, False),
        ({"calibrated": True, "metrics": ["ragas_faithfulness"], "measured": ["ragas_faithfulness"]}, True),
    ],
)
def test_an_uncalibrated_judge_never_gates(judge: Any, ok: bool, tmp_path: Path) -> None:
    run = answered(tmp_path / "run.json", judge)
    found, line = passed(tmp_path, run, metric="ragas_faithfulness", at_least=0.1)
    assert found is ok
    assert ok or "judge that is not calibrated" in line
    assert not passed(tmp_path, run, metric="ragas_context_precision", at_least=0.1)[0]  # never measured itself
    assert passed(tmp_path, run, metric="status", at_least=1)[0]
    assert (
        "0 questions are scored" in passed(tmp_path, run, metric="numeric_match", at_least=0.1)[1]
    )  # NaN never passes


def test_failed_answers_fail_the_gate_unless_the_threshold_says_how_many(tmp_path: Path) -> None:
    run = answered(tmp_path / "run.json", None)
    content = json.loads(run.read_text(encoding="utf-8"))
    (row,) = content["questions"]
    hard: dict[str, Any] = {"id": "g2", "got": None, "answer": None, "error": "503: held", "right": None, "scores": {}}
    write_json(run, content | {"questions": [row | {"right": 1.0}, row | hard]})
    for metric in ("right", "status", "latency_ms_p99"):
        ok, line = passed(tmp_path, run, metric=metric, at_least=0.9)
        assert not ok
        assert line == f"{metric}: 1 of 2 questions failed; run them again, or say scored_at_least"
    assert passed(tmp_path, run, metric="right", at_least=0.9, scored_at_least=1)[0]
    assert not passed(tmp_path, run, metric="right", at_least=0.9, scored_at_least=2)[0]
    write_json(run, content | {"questions": [row | {"right": 1.0}]})
    assert passed(tmp_path, run, metric="right", at_least=0.9)[0]


def test_what_rests_on_a_judge() -> None:
    assert not rests_on_judge({}, "ragas_id_context_recall")
    assert not rests_on_judge({}, "recall@5")
    assert rests_on_judge({}, "ragas_of_tomorrow")
    assert rests_on_judge({"judge": {"metrics": ["mine"]}}, "mine")
    assert not calibrated({"judge": "yes"}, "mine")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"no \[\[threshold\]\]"),
        ("x = ", "not valid TOML"),
        ('[[threshold]]\nmetric = "a"\n', "threshold 1: .*give at_least or at_most"),
        ('[[threshold]]\nmetric = "a"\nat_least = 1\nat_most = 1\n', "threshold 1: .*give at_least or at_most"),
        ('[[threshold]]\nmetric = "a"\nat_least = 1\nwhen = 2\n', "threshold 1: when: "),
        ('[[threshold]]\nmetric = "a"\nat_least = 1\n[other]\n', "other is unknown"),
    ],
)
def test_broken_thresholds_are_named(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match=message):
        load_thresholds(write(tmp_path, text))
