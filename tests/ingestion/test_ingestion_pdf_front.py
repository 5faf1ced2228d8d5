"""What the title page tells of a document, in both languages and many forms."""

from pathlib import Path
from typing import Any

import pytest
from ingestion_kit import Paper
from pdf_kit import columns, draw, parse


@pytest.mark.parametrize(
    ("said", "revision", "day"),
    [
        (["Revision: C", "Date: 2024-05-01"], "C", "2024-05-01"),
        (["Rev. 03", "1 May 2024"], "03", "2024-05-01"),
        (["Issue 4", "Effective date: March 15, 2023", "Printed 2025-01-01"], "4", "2023-03-15"),
        (["Printed 2025-01-01", "Issued 2023-03-15", "Version 2.1"], "2.1", "2023-03-15"),
        (["Copyright 2019-01-01", "Rev B2, 15.03.2024"], "B2", "2024-03-15"),
        (["Operating manual V2.9.0", "June 2024"], "2.9.0", "2024-06-01"),
        (["版本：B", "生效日期：2024年3月1日"], "B", "2024-03-01"),
        (["版本号：A/0", "编制日期 2023-01-05", "生效日期 2023-02-01"], "A/0", "2023-02-01"),
        (["修订：第3版", "修订日期：2022.11.08"], "3", "2022-11-08"),
        (["第二版", "2021年6月"], "2", "2021-06-01"),
        (["修订号 C", "发布日期：2020/12/20", "打印日期：2024/01/01"], "C", "2020-12-20"),
        (["Nothing is said here"], "0", None),
        (["Revision history", "The revised pump of 1998"], "0", None),
    ],
)
def test_revision_and_date_of_the_title_page(
    tmp_path: Path, paper: Paper, said: list[str], revision: str, day: str | None
) -> None:
    def page(canvas: Any) -> None:
        canvas.setFont("Helvetica", 26)
        canvas.drawString(72, 760, "Feed pump")
        for i, line in enumerate(said):
            canvas.setFont("Helvetica" if line.isascii() else "STSong-Light", 11)
            canvas.drawString(72, 700 - 24 * i, line)

    parsed = parse(draw(tmp_path / "front.pdf", page))
    assert (parsed.title, parsed.revision, parsed.effective_date) == ("Feed pump", revision, day)


@pytest.mark.parametrize("ruled", [True, False])
def test_a_title_block_in_columns_is_read_whether_it_is_ruled_or_not(tmp_path: Path, paper: Paper, ruled: bool) -> None:
    rows = [["Document", "IOM-8387"], ["Revision", "D"], ["Effective date", "2023-09-30"]]

    def page(canvas: Any) -> None:
        for i, row in enumerate(rows):
            columns(canvas, 700 - 18 * i, row, (72, 220))

    path = tmp_path / "block.pdf"
    path = paper.write(path, [paper.table(rows)]) if ruled else draw(path, page)
    parsed = parse(path)
    assert (parsed.revision, parsed.effective_date) == ("D", "2023-09-30")


def test_labels_over_their_values_in_a_title_block(tmp_path: Path, paper: Paper) -> None:
    cells = [
        [paper.text(cell, "zh") for cell in row]
        for row in [["文件编号", "版本", "生效日期"], ["SOP-12", "E", "2024-02-03"]]
    ]
    parsed = parse(paper.write(tmp_path / "over.pdf", [paper.table(cells)]))
    assert (parsed.revision, parsed.effective_date) == ("E", "2024-02-03")


def test_numbered_headings_of_a_single_page_are_no_title(tmp_path: Path, paper: Paper) -> None:
    story = [
        paper.text("1 Safety", "Heading1"),
        paper.text("Lock it. " * 9),
        paper.text("2 Data", "Heading1"),
        paper.text("None. " * 9),
    ]
    parsed = parse(paper.write(tmp_path / "work_instruction.pdf", story))
    assert parsed.title == "work instruction"
    assert {block.heading_path[-1] for block in parsed.blocks if block.heading_path} == {"1 Safety", "2 Data"}
