import json
import math
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from evals_kit import write_lines
from judge_kit import NONSENSE, JudgeServer, judge_server

from evals.__main__ import main
from evals.agreement import agreements, kappa
from evals.calibrations import calibration, find_calibration, judge_block, write_calibration
from evals.judges import code, llm, ragas_faithfulness
from evals.judges.base import LABELS, JudgeCase, Label, Verdict, load_cases
from evals.refusals import refuses
from evals.settings import EvalSettings
from retrieval.errors import BadDocument
from retrieval.settings import RetrievalSettings

QUOTE = "If a bearing passes 75 °C, check the oil level. Stop the pump at 85 °C."
MANUAL = [
    {"quote": QUOTE, "document": "pump.pdf", "page": 5, "heading": "Bearing temperature", "tags": ["P-101A", "P-101B"]}
]


def case(label: Label, answer: str, number: int = 1, **changes: Any) -> JudgeCase:
    fields: dict[str, Any] = {
        "id": f"{label}-{number}",
        "label": label,
        "language": "en",
        "question": "At what bearing temperature must P-101A be stopped?",
        "answer": answer,
        "evidence": MANUAL,
        "fact_id": f"f{number}",
    }
    return JudgeCase.model_validate(fields | changes)


@pytest.fixture
def judge() -> Iterator[JudgeServer]:
    with judge_server() as server:
        yield server


def test_kappa_is_cohens() -> None:
    # Cohen 1960 by hand: 20 right-right, 5 right-wrong, 10 wrong-right, 15 wrong-wrong: observed .7, chance .5.
    pairs = [("a", True, True)] * 20 + [("b", True, False)] * 5 + [("c", False, True)] * 10 + [("d", False, False)] * 15
    assert kappa(pairs)[0] == pytest.approx(0.4)
    alone = [(str(number), label, verdict) for number, (_, label, verdict) in enumerate(pairs)]
    value, low, high = kappa(alone)
    assert 0.05 < low < value < high < 0.75
    assert kappa([("a", True, True), ("b", False, False)])[0] == 1.0
    assert all(math.isnan(one) for one in kappa([]))
    assert math.isnan(kappa([("a", True, True), ("b", True, True)])[0])


def test_a_judge_that_says_yes_to_all_has_no_kappa() -> None:
    cases = [case(label, "x", number) for label in LABELS for number in range(30)]
    verdicts = [Verdict(right=True) for _ in cases]
    for one in agreements(cases, verdicts):
        assert one.kappa == pytest.approx(0.0)
        assert one.agreement == (1.0 if one.label in ("faithful", "rightly_refused") else 0.0)


def test_each_class_is_told_from_its_own_right_one() -> None:
    cases = [case(label, "x", number) for label in LABELS for number in range(30)]
    seen = {"faithful", "rightly_refused", "wrong_unit"}  # it misses wrong units alone
    verdicts = [Verdict(right=one.label in seen) for one in cases]
    found = {one.label: one.kappa for one in agreements(cases, verdicts)}
    assert found.pop("wrong_unit") == pytest.approx(0.0)
    assert 0 < found.pop("faithful") < 1
    assert set(found.values()) == {1.0}


def test_calibrated_only_where_every_class_reaches_the_bar(tmp_path: Path) -> None:
    cases = [case(label, "x", number) for label in LABELS for number in range(40)]
    perfect = [Verdict(right=one.label in ("faithful", "rightly_refused")) for one in cases]
    about = {"name": "c", "sha256": "ab" * 32}

    def record(verdicts: list[Verdict], chosen: list[JudgeCase] = cases) -> dict[str, Any]:
        return calibration(llm.JUDGE, "m", chosen, verdicts, EvalSettings(), about)

    assert record(perfect)["calibrated"] is True
    few = record(perfect[:20], cases[:20])
    assert few["calibrated"] is False
    assert "faithful: 20 scored cases, 30 are needed" in few["lacking"]
    silent = [
        Verdict(right=None) if one.id.endswith(("1", "2")) else two for one, two in zip(cases, perfect, strict=True)
    ]
    assert any("unscored" in line for line in record(silent)["lacking"])
    wrong = [Verdict(right=True) if one.label == "wrong_tag" else two for one, two in zip(cases, perfect, strict=True)]
    assert [line.partition(":")[0] for line in record(wrong)["lacking"]] == ["faithful", "wrong_tag"]


def test_a_run_finds_the_newest_record_of_its_judge(tmp_path: Path) -> None:
    about = {"name": "c", "sha256": "ab" * 32}
    record = calibration(llm.JUDGE, "m", [], [], EvalSettings(), about)
    write_calibration({**record, "date": "2026-01-01", "calibrated": True}, tmp_path)
    other = {**record, "date": "2026-02-01", "cases": {**about, "sha256": "cd" * 32}}
    write_calibration(other, tmp_path)
    (tmp_path / "evals" / "calibrations" / "x.json").write_text("{", encoding="utf-8")
    found = find_calibration(tmp_path, "llm", "m", llm.JUDGE.version(), {})
    assert found is not None
    assert found["date"] == "2026-02-01"
    assert find_calibration(tmp_path, "llm", "other", llm.JUDGE.version(), {}) is None
    assert find_calibration(tmp_path, "llm", "m", "another prompt", {}) is None
    assert judge_block(found, "llm", "m")["calibrated"] is False
    assert judge_block(None, "llm", "m")["calibrated"] is False


def test_a_record_counts_only_under_the_thresholds_that_it_was_made_with(tmp_path: Path) -> None:
    judge, about = ragas_faithfulness.JUDGE, {"name": "c", "sha256": "ab" * 32}
    write_calibration(calibration(judge, "m", [], [], EvalSettings(), about), tmp_path)

    def found(settings: EvalSettings) -> dict[str, Any] | None:
        return find_calibration(tmp_path, judge.name, "m", judge.version(), judge.thresholds(settings))

    assert found(EvalSettings()) is not None
    assert found(EvalSettings(faithful_from=0.5)) is None


def test_the_version_of_the_llm_judge_changes_with_its_code(tmp_path: Path) -> None:
    source = Path(llm.__file__).read_text(encoding="utf-8")
    changed = source.replace('"(none)"', '"(nothing)"')
    assert changed != source
    versions = []
    for name, text in (("same", source), ("changed", changed)):
        path = tmp_path / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        versions.append(runpy.run_path(str(path))["JUDGE"].version())
    assert versions[0] == llm.JUDGE.version() != versions[1]


@pytest.mark.parametrize(
    ("label", "answer", "right"),
    [
        ("faithful", "Stop P-101A when a bearing reaches 85 °C.", True),
        ("wrong_number", "Stop P-101A when a bearing reaches 95 °C.", False),
        ("wrong_tag", "Stop P-999 when a bearing reaches 85 °C.", False),
        ("wrong_unit", "Stop P-101A when a bearing reaches 85 bar.", False),
        ("unsupported_addition", "Stop P-101A when a bearing reaches 85 °C. Otherwise the warranty lapses.", False),
        ("wrongly_refused", "The manual gives no information on this.", False),
    ],
)
async def test_code_judges_as_the_service_verifies(label: Label, answer: str, right: bool) -> None:
    verdict = await code.JUDGE.verdict(case(label, answer), None, EvalSettings())
    assert verdict.right is right


async def test_code_lets_a_refusal_stand_where_the_evidence_says_nothing_of_it() -> None:
    asked = case("rightly_refused", "手册中没有给出这项内容。", language="zh", question="P-101A 的保修期是多久？")
    assert (await code.JUDGE.verdict(asked, None, EvalSettings())).right is True


@pytest.mark.parametrize(
    "text",
    [
        "I could not find this in the manuals.",
        "The documents do not say.",
        "Sorry, the documentation doesn't cover that.",
        "That is not specified in the provided context.",
        "I don't know.",
        "没有找到相关信息。",
        "手册中未提及该数值。",
        "根据现有文档无法回答该问题。",
        "The documents, records and live data at hand do not answer this. The nearest passages are listed.",
    ],
)
def test_refusals_are_known_by_their_words(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize(
    "text",
    [
        "Stop the pump at 85 °C.",
        "Do not open the valve while the pump runs.",
        "The oil is not to be mixed. Fill in 0.4 L.",
        "Never run the pump without its guard; no other limit is given in chapter 2 than 75 °C.",
        "没有液体时不得启动泵。",
        "The manual doesn't say how, but fill in 0.4 L of oil. Then run the pump for 2 hours.",
    ],
)
def test_answers_are_no_refusals(text: str) -> None:
    assert not refuses(text)


def cases_file(tmp_path: Path) -> Path:
    rows = [
        case("faithful", "Stop the pump at 85 °C."),
        case("wrong_number", "Stop the pump at 95 °C."),
        case("unsupported_addition", "Stop the pump at 85 °C. Wear a hat."),
        case("rightly_refused", "The manual gives no information on this."),
    ]
    return write_lines(tmp_path / "cases.jsonl", [one.model_dump(mode="json") for one in rows])


def run(cases: Path, judge: JudgeServer, out: Path, name: str) -> int:
    endpoint = ["--judge-base-url", judge.url, "--judge-model", "words"]
    return main(["calibrate", "--cases", str(cases), "--judge", name, *endpoint, "--json", str(out)])


@pytest.mark.parametrize(("name", "calls"), [("llm", 4), ("ragas_faithfulness", 6)])
def test_a_judge_behind_an_endpoint_is_measured_and_asked_once(
    name: str, calls: int, judge: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    cases, out = cases_file(tmp_path), tmp_path / "out.json"
    assert run(cases, judge, out, name) == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["confusion"]["faithful"] == {"right": 1, "wrong": 0, "unscored": 0}
    assert content["confusion"]["wrong_number"] == {"right": 0, "wrong": 1, "unscored": 0}
    assert content["confusion"]["rightly_refused"]["unscored"] == (0 if name == "llm" else 1)
    assert content["calibrated"] is False
    assert content["usage"]["asked"]["calls"] == len(judge.asked) == calls
    judge.asked.clear()
    assert run(cases, judge, out, name) == 0
    assert judge.asked == []


def test_a_judge_that_can_not_be_read_is_unscored_and_counted(
    judge: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    judge.always = NONSENSE
    out = tmp_path / "out.json"
    assert run(cases_file(tmp_path), judge, out, "llm") == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    assert all(row["unscored"] == 1 for row in content["confusion"].values())
    assert content["classes"]["faithful"]["kappa"] is None
    assert content["verdicts"][0]["reason"].startswith("unreadable: the reply is not JSON")


def test_what_is_wrong_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = cases_file(tmp_path)
    assert main(["calibrate", "--cases", str(cases), "--judge", "oracle"]) == 1
    assert '"oracle" is unknown; there are: code, llm, ragas_faithfulness' in capsys.readouterr().err
    assert main(["calibrate", "--cases", str(cases), "--judge", "llm"]) == 1
    assert "judge_base_url" in capsys.readouterr().err
    write_lines(cases, [{"id": "x", "label": "fine"}])
    with pytest.raises(BadDocument, match="line 1: label"):
        load_cases(cases)


def test_each_judge_says_what_it_judges() -> None:
    assert code.JUDGE.labels == llm.JUDGE.labels == frozenset(LABELS)
    assert ragas_faithfulness.JUDGE.labels == frozenset(LABELS) - {"rightly_refused", "wrongly_refused"}
    assert ragas_faithfulness.JUDGE.thresholds(EvalSettings()) == {"faithful_from": 0.99}


def test_a_sample_is_measured_and_not_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    rows = [case("faithful", "Stop the pump at 85 °C.", number).model_dump(mode="json") for number in range(5)]
    cases, out = write_lines(tmp_path / "cases.jsonl", rows), tmp_path / "out.json"
    assert main(["calibrate", "--cases", str(cases), "--sample", "2", "--json", str(out)]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["cases"]["count"] == 2
    assert not (tmp_path / "data" / "evals" / "calibrations").exists()
    assert main(["calibrate", "--cases", str(cases)]) == 0
    thresholds = code.JUDGE.thresholds(EvalSettings())
    assert find_calibration(tmp_path / "data", "code", "", code.JUDGE.version(), thresholds) is not None


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_model_of_this_machine_can_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not list(RetrievalSettings().models_dir.glob("*.gguf")):
        pytest.skip("no embedded model here; fetch it with: python -m retrieval.fetch")
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    rows = [case("faithful", "Stop the pump at 85 °C.").model_dump(mode="json")]
    cases, out = write_lines(tmp_path / "cases.jsonl", rows), tmp_path / "out.json"
    assert main(["calibrate", "--cases", str(cases), "--judge", "llm", "--embedded", "--json", str(out)]) == 0
    verdict = json.loads(out.read_text(encoding="utf-8"))["verdicts"][0]
    assert verdict["right"] in (True, False)
    assert verdict["reason"]
