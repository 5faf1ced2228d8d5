from pathlib import Path

import pytest
from ingestion_kit import LOG, REGISTER

from ingestion.parsers import _csv
from ingestion.pipeline import parsers
from ingestion.sorting import choose
from retrieval.errors import BadDocument


def rows(tmp_path: Path, data: bytes) -> list[tuple[int, list[str]]]:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    return list(_csv.rows(path, "x.csv"))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"], ids=lambda name: name
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_any_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = f"位号{delimiter}说明{delimiter}Flow\r\nP-101A{delimiter}更换机械密封，加油{delimiter}7\r\n"
    assert rows(tmp_path, text.encode(encoding)) == [
        (1, ["位号", "说明", "Flow"]),
        (2, ["P-101A", "更换机械密封，加油", "7"]),
    ]


def test_western_files_are_not_taken_for_chinese(tmp_path: Path) -> None:
    text = "Auftrag;Beschreibung\n1;Störung behoben, Lüfter geprüft für Gerät\n"
    assert rows(tmp_path, text.encode("cp1252"))[1] == (2, ["1", "Störung behoben, Lüfter geprüft für Gerät"])


def test_a_row_in_quotes_over_several_lines_is_one_row(tmp_path: Path) -> None:
    data = b'a,b\n1,"x\ny, ""z"""\n\n2,w\n'
    assert rows(tmp_path, data) == [(1, ["a", "b"]), (2, ["1", 'x\ny, "z"']), (4, ["2", "w"])]


def test_the_delimiter_is_the_one_that_makes_rows_alike(tmp_path: Path) -> None:
    data = b"a;b\n1,5;x, y, z\n2,5;w\n"
    assert rows(tmp_path, data)[1] == (2, ["1,5", "x, y, z"])
    assert rows(tmp_path, b"sep=|\na|b,c\n") == [(2, ["a", "b,c"])]


def test_ruled_lists_lose_their_rules_only(tmp_path: Path) -> None:
    data = b"-----------\n|Order|Text|\n|-----|----|\n|1    |leak|\n-----------\n"
    assert rows(tmp_path, data) == [(2, ["", "Order", "Text", ""]), (4, ["", "1", "leak", ""])]


def test_a_stray_zero_byte_is_left_out_and_binary_refused(tmp_path: Path) -> None:
    assert rows(tmp_path, b"a,b\n1,le\x00ak\n" + b"2,something else\n" * 5)[1] == (2, ["1", "leak"])
    with pytest.raises(BadDocument, match=r"^x.csv: is no text in UTF-8 or GB18030; save it as CSV in UTF-8$"):
        rows(tmp_path, b"\x00\x01\xff" * 50)
    with pytest.raises(BadDocument, match="is empty"):
        rows(tmp_path, b"\n \n")


def test_a_quotation_mark_that_is_never_closed_is_named_by_its_row(tmp_path: Path) -> None:
    data = b'a,b\n1,x\n2,"' + b"never closed, " * 800_000
    with pytest.raises(BadDocument, match=r"^x.csv, row 3: has a cell of more than 1,000,000 characters; close the"):
        rows(tmp_path, data)


def test_columns_and_content_tell_which_file_is_which(tmp_path: Path) -> None:
    def chosen(name: str, data: bytes) -> str | None:
        (tmp_path / name).write_bytes(data)
        return choose(tmp_path / name, data[:4096], parsers())

    assert chosen("a.csv", LOG.encode()) == "worklog"
    assert chosen("b.csv", REGISTER.encode()) == "register"
    assert chosen("register.csv", b"Tag,Area\nP-101A,U100\n") == "register"
    assert chosen("c.csv", b"a,b,c\n1,2,3\n") == "spreadsheet"
    assert chosen("f.csv", LOG.encode("gb18030")[:90]) == "worklog"
    wide = ",".join(f"a column with quite a long name {i}" for i in range(300))
    assert chosen("g.csv", f"{wide},{LOG[1:]}".encode()) == "worklog"  # whose head is longer than the start
    assert chosen("h.csv", LOG.replace("mech", "me\x00ch").encode()) == "worklog"
    assert chosen("i.csv", b"\x00\x01\xff" * 50) == "spreadsheet"  # which says that it is no text
    assert chosen("IW39.xls", LOG.encode("utf-16")) == "worklog"  # as some systems name their lists
    assert chosen("parts.csv", b"Tag,Part no,Description,Qty\nP-101A,6205,Bearing,2\n") == "spreadsheet"
