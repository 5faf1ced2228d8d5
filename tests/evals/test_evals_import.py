from pathlib import Path

import pytest

from evals.__main__ import main
from evals.csv_import import read_csv, unknown_columns
from evals.dataset import Fact, PageEvidence, RecordEvidence, SheetEvidence, load_golden
from retrieval.errors import BadDocument

ENGLISH = """\
id,Question,Language,Kind,Facts,Documents,Page,Quote,Tools
g1,What is the limit?,en,fact,75 °C; 90 °C,pump.pdf,5,must not exceed 75 °C,search_documents
g2,"Which, if any, grease?",,table,polyurea,pump.pdf,p. 7,,
"""
CHINESE = """\
编号；问题；类型；答案；单位；文件；页码；工单号
甲一；轴承温度的上限是多少？；事实；75；°C；泵.pdf；第 5 页；
甲二；P-101A 上次修了什么？；历史；机械密封；；；；WO-1
"""


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "questions.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_columns_become_a_golden_question(tmp_path: Path) -> None:
    good, bad = read_csv(written(tmp_path, ENGLISH))
    assert not bad
    first, second = good
    assert (first.id, first.language, first.kind, first.expected_status) == ("g1", "en", "fact", "answered")
    assert first.gold_facts == (Fact(text="75", unit="°C"), Fact(text="90", unit="°C"))
    assert first.gold_evidence == (
        PageEvidence(kind="page", document="pump.pdf", page=5, quote="must not exceed 75 °C"),
    )
    assert first.expected_tools == ("search_documents",)
    assert second.question == "Which, if any, grease?"
    assert second.gold_facts == (Fact(text="polyurea"),)
    assert (second.language, second.gold_evidence[0].kind) == ("en", "page")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", ["，", ";", "\t"])
def test_chinese_columns_in_any_encoding(tmp_path: Path, encoding: str, separator: str) -> None:
    if separator == "，":
        separator = ","
    good, bad = read_csv(written(tmp_path, CHINESE.replace("；", separator), encoding))
    assert not bad
    assert [question.language for question in good] == ["zh", "zh"]
    assert good[0].gold_facts == (Fact(text="75", unit="°C"),)
    assert good[0].gold_evidence == (PageEvidence(kind="page", document="泵.pdf", page=5),)
    assert good[1].gold_evidence == (RecordEvidence(kind="record", key="WO-1"),)


def test_places_stand_side_by_side(tmp_path: Path) -> None:
    text = 'question,documents,pages,quotes,items\nq?,a.pdf;b.pdf,1;2,"one\ntwo",HV-1\nr?,a.pdf,1;2,,\n'
    good, bad = read_csv(written(tmp_path, text))
    assert not bad
    assert [(p.document, p.page, p.quote) for p in good[0].gold_evidence if isinstance(p, PageEvidence)] == [
        ("a.pdf", 1, "one"),
        ("b.pdf", 2, "two"),
    ]
    assert good[0].gold_evidence[2] == SheetEvidence(kind="sheet", item="HV-1")
    assert [(p.document, p.page) for p in good[1].gold_evidence if isinstance(p, PageEvidence)] == [
        ("a.pdf", 1),
        ("a.pdf", 2),
    ]


def test_bad_rows_are_named_and_good_ones_kept(tmp_path: Path) -> None:
    text = (
        "id,question,language,documents,pages,status\n"
        "g1,good?,en,a.pdf,1,\n"
        "g2,,en,,,\n"
        "g3,q?,klingon,,,\n"
        "g4,q?,en,a.pdf,,\n"
        "g5,q?,en,,3,\n"
        "g6,q?,en,a.pdf,five,\n"
        "g7,q?,en,a.pdf;b.pdf;c.pdf,1;2,\n"
        "g1,q?,en,,,\n"
        "g9,q?,en,,,perhaps\n"
        "g10,is it, or not?,en,,,\n"
        "\n"
        "g12,good too?,en,,,不回答\n"
    )
    good, bad = read_csv(written(tmp_path, text))
    assert [question.id for question in good] == ["g1", "g12"]
    assert good[1].expected_status == "abstained"
    reasons = {row.row: row.reason.partition(":")[0] for row in bad}
    assert reasons == {
        3: "question",
        4: "language",
        5: "pages",
        6: "documents",
        7: "pages",
        8: "pages",
        9: "id",
        10: "expected_status",
        11: "more cells than the head row has; quote the cell that holds the separator (en)",
    }


def test_no_questions_column_no_text_and_nothing_at_all_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match="row 1: no column of questions among: a, b"):
        read_csv(written(tmp_path, "a,b\n1,2\n"))
    with pytest.raises(BadDocument, match="empty"):
        read_csv(written(tmp_path, "\n"))
    (tmp_path / "questions.csv").write_bytes(b"question\n\x81\x20\xff\n")
    with pytest.raises(BadDocument, match="no text in UTF-8"):
        read_csv(tmp_path / "questions.csv")
    with pytest.raises(BadDocument, match="cannot be read"):
        read_csv(tmp_path / "none.csv")


def test_the_command_writes_what_the_harness_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = written(tmp_path, ENGLISH.replace("Tools", "Mood")), tmp_path / "golden.jsonl"
    assert unknown_columns(path) == ["Mood"]
    assert main(["import", str(path), "--out", str(out)]) == 0
    assert [question.id for question in load_golden(out)] == ["g1", "g2"]
    captured = capsys.readouterr()
    assert 'the column "Mood" is not known' in captured.err
    assert "2 questions written" in captured.out
    path.write_text("question,language\nq?,en\nr?,xx\n", encoding="utf-8")
    assert main(["import", str(path), "--out", str(out)]) == 1
    assert "row 3: language" in capsys.readouterr().err
    assert len(load_golden(out)) == 1
