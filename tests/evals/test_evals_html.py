import json
import math
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from evals_kit import SmallPlant, tiny_beir
from test_evals_compare import ranked

from evals.__main__ import main
from evals.html.plots import Dot, bars, dots, lines
from evals.report import write_json

_VOID = {"meta"}


class Outline(HTMLParser):
    """Tags are closed in order; texts and attributes that would load something are kept."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [str(value) for name, value in attrs if name in ("src", "href")]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def opened(path: Path) -> Outline:
    html = path.read_text(encoding="utf-8")
    outline = Outline(html)
    assert outline.open == []
    assert outline.links == []  # nothing is fetched from anywhere
    assert "url(" not in html
    assert "@import" not in html
    assert "NaN" not in html
    assert "nan" not in re.sub(r"<[^>]+>", " ", html).split()
    return outline


def test_a_retrieval_run_as_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    run, out = tmp_path / "run.json", tmp_path / "new" / "report.html"
    command = ["retrieval", "--dataset", str(tiny_beir(tmp_path)), "--legs", "keyword,gloss", "--json", str(run)]
    assert main(command) == 0
    content = json.loads(run.read_text(encoding="utf-8"))
    content["rankings"][1]["text"] = "更换<script>alert(1)</script>机械密封"
    content["rankings"][1]["scores"]["fused"]["ndcg@10"] = 0.0
    write_json(run, content)
    assert main(["report", str(run), "--out", str(out)]) == 0
    outline = opened(out)
    assert "script" not in out.read_text(encoding="utf-8").replace("&lt;script&gt;", "").replace("&lt;/script&gt;", "")
    text = " ".join(outline.texts)
    assert "更换<script>alert(1)</script>机械密封" in text  # as text
    assert "更换机械密封前，关闭吸入阀和排出阀并泄压。" in text  # the evidence
    assert "Recall at k" in text
    assert "bm25" in text


def test_two_runs_side_by_side(tmp_path: Path) -> None:
    runs = [ranked(tmp_path / f"{name}.json", {"e1": 1.0, "z1": 0.0}, **_about()) for name in ("before", "after")]
    out = tmp_path / "report.html"
    assert main(["report", *map(str, runs), "--out", str(out)]) == 0
    text = " ".join(opened(out).texts)
    assert "before.json, fused against after.json, fused" in text
    assert "pair zh-en" in text


def _about() -> dict[str, Any]:
    metrics = dict.fromkeys(("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"), 0.5)
    scores = metrics | {"latency_ms_p50": 10.0, "latency_ms_p99": 10.0}
    bounds = {way: {name: [0.0, 1.0] for name in metrics} for way in ("fused", "keyword")}
    counts = {"queries": 2, "unscored_queries": 0}
    return {"fused": scores, "keyword": scores, "intervals": {"all": bounds}, **counts}


def test_an_answers_run_as_one_file(small_plant: SmallPlant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTWRIGHT_CONFIG", str(small_plant.config))
    run, out = tmp_path / "run.json", tmp_path / "report.html"
    command = ["answers", "--dataset", str(small_plant.golden), "--llm", "extractive", "--fresh", "--json", str(run)]
    assert main(command) == 0
    content = json.loads(run.read_text(encoding="utf-8"))
    content["questions"][1] |= {"right": 0.0, "failed_step": "badly_phrased"}
    content["questions"][2] |= {"right": None, "got": None, "answer": None, "citations": [], "error": "503: held"}
    content["judge"] = {"name": "j", "model": "m", "calibrated": False, "reason": "never measured"}
    write_json(run, content)
    assert main(["report", str(run), "--out", str(out)]) == 0
    text = " ".join(opened(out).texts)
    for said in ("Risk and coverage", "Calibration", "badly_phrased", "503: held", "轴承温度限值", "NOT calibrated"):
        assert said in text


def test_runs_of_two_kinds_and_a_bad_place_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, answers = ranked(tmp_path / "a.json", {"e1": 1.0}, **_about()), tmp_path / "b.json"
    write_json(answers, {"kind": "answers", "dataset": {"name": "g", "sha256": "a"}, "questions": []})
    assert main(["report", str(run), str(answers), "--out", str(tmp_path / "x.html")]) == 1
    assert main(["report", str(run), "--out", str(tmp_path)]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert "a report shows runs of one kind" in first
    assert "give --out a file that can be written" in second


def test_plots_are_drawings_that_stay_in_their_frame() -> None:
    curve = [(1.0, 0.0), (2.0, math.nan), (10.0, 1.0)]
    drawn = lines({"a <b>": curve, "none": []}, x_label="k", y_label="recall")
    logged = lines({"a": [(0.0, 0.5), (2000.0, 1.0)]}, x_label="ms", y_label="share", log=True)
    dotted = dots(
        {"kind 事实": [Dot(0.5, 0.4, 0.6, 12), None], "x": [Dot(math.nan, 0, 0, 0), None]}, ["A", "B"], label="m"
    )
    stacked = bars({"all": {"right": 3, "wrong": 1}, "none": {}}, ["right", "wrong"], label="share")
    for html in (drawn, logged, dotted, stacked):
        for svg in re.findall(r'<svg viewBox="0 0 5.*?</svg>', html, re.S):
            root = ElementTree.fromstring(svg)
            width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
            for shape in root.iter("circle"):
                assert 0 <= float(shape.attrib["cx"]) <= width
                assert 0 <= float(shape.attrib["cy"]) <= height
            for shape in root.iter("rect"):
                assert 0 <= float(shape.attrib["x"]) + float(shape.attrib["width"]) <= width
    assert "a &lt;b&gt;" in drawn
    assert drawn.count('fill="none"') == 1
    assert "12</text>" in dotted
    assert "title>all: right 3<" in stacked
    assert "nothing to show" in lines({"a": []}, x_label="", y_label="")
