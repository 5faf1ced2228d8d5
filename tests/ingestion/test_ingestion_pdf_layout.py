"""Columns, running heads, figures, footnotes, raised and lowered digits."""

import re
from pathlib import Path
from typing import Any

import pytest
from ingestion_kit import Paper, on_page
from pdf_kit import build, draw, lines, of_kind, parse, text_of

EN = "Sentence {} says that the pump runs on duty while its twin stands by and waits."
ZH = "第{}句说明运行泵和备用泵的切换方法，操作工应当先检查油位和密封。"


def wrapped(text: str, width: int) -> list[str]:
    words = text.split(" ") if text.isascii() else list(text)
    out = [""]
    for word in words:
        joined = f"{out[-1]} {word}".strip() if text.isascii() else out[-1] + word
        if len(joined) > width:
            out.append(word)
        else:
            out[-1] = joined
    return out


def interleaved(canvas: Any, columns: int, top: float, texts: list[str], *, chinese: bool) -> None:
    """Text in columns, written line by line across all of them, as some programs do."""
    font, size = ("STSong-Light", 8) if chinese else ("Helvetica", 9)
    canvas.setFont(font, size)
    wide = 480 / columns
    width = int((wide - 24) / (size if chinese else 0.52 * size))
    rows = [line for text in texts for line in wrapped(text, width)]
    each = -(-len(rows) // columns)
    for i in range(each):
        for column in range(columns):
            if column * each + i < len(rows):
                canvas.drawString(56 + column * wide, top - 12 * i, rows[column * each + i])


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"(?:Sentence |第)(\d+)", re.sub(r"(?<=[a-z])\n", " ", text))]


@pytest.mark.parametrize("chinese", [False, True], ids=["en", "zh"])
@pytest.mark.parametrize("columns", [2, 3])
def test_interleaved_columns_are_read_one_after_the_other(
    tmp_path: Path, paper: Paper, columns: int, chinese: bool
) -> None:
    texts = [(ZH if chinese else EN).format(i) for i in range(10, 28)]
    path = draw(tmp_path / "c.pdf", lambda canvas: interleaved(canvas, columns, 780, texts, chinese=chinese))
    text = re.sub(r"\s+", "", text_of(parse(path)))
    assert text == re.sub(r"\s+", "", "".join(texts))


def test_columns_between_headings_and_figures_over_the_whole_width(tmp_path: Path) -> None:
    def page(canvas: Any) -> None:
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(56, 790, "1 Operation of the feed pumps in both directions of the line")
        interleaved(canvas, 2, 760, [EN.format(i) for i in range(10, 18)], chinese=False)
        canvas.rect(60, 470, 470, 80)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(150, 455, "Figure 1. The two pumps and the line that joins them at the header")
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(56, 420, "2 Shutdown of the feed pumps by the operator in the field")
        interleaved(canvas, 2, 390, [EN.format(i) for i in range(18, 26)], chinese=False)

    parsed = parse(draw(tmp_path / "mixed.pdf", page))
    assert numbers(text_of(parsed)) == list(range(10, 26))
    before = [block for block in parsed.blocks if block.heading_path and block.heading_path[-1].startswith("1 ")]
    assert numbers("\n".join(line for block in before for line in lines(block))) == list(range(10, 18))
    assert [block.kind for block in before][-1] == "figure"


def test_names_and_values_are_no_columns(tmp_path: Path) -> None:
    pairs = [
        ("Rated flow of the pump", "27 m³/h"),
        ("Rated head of the pump", "34 m"),
        ("Speed of the motor", "2930 rpm"),
    ]
    pairs = [(f"{name} {i}", value) for i in range(4) for name, value in pairs]

    def page(canvas: Any) -> None:
        canvas.setFont("Helvetica", 10)
        for i, (name, value) in enumerate(pairs):
            canvas.drawString(72, 740 - 15 * i, name)
            canvas.drawString(320, 740 - 15 * i, value)

    text = text_of(parse(draw(tmp_path / "pairs.pdf", page)))
    assert re.sub(r"[|\s]+", " ", text).strip() == " ".join(f"{name} {value}" for name, value in pairs)


def test_heads_and_feet_that_alternate_and_name_chapters_are_left_out(tmp_path: Path) -> None:
    def page(number: int) -> Any:
        def paint(canvas: Any) -> None:
            canvas.setFont("Helvetica", 8)
            chapter = f"Chapter {'ABC'[number // 6]} of the manual"
            if number % 2:
                canvas.drawString(56, 810, "KSP-IOM-8387 Rev. B")
                canvas.drawRightString(540, 810, chapter)
                canvas.drawRightString(540, 30, str(number + 1))
            else:
                canvas.drawString(56, 810, chapter)
                canvas.drawRightString(540, 810, "Feed pump manual")
                canvas.drawString(56, 30, str(number + 1))
            canvas.setFont("Helvetica", 10)
            canvas.drawString(56, 700, f"Text of page {number} that must stay where it is.")

        return paint

    text = text_of(parse(draw(tmp_path / "heads.pdf", *[page(number) for number in range(18)])))
    assert text == "\n".join(f"Text of page {number} that must stay where it is." for number in range(18))


def test_raised_and_lowered_digits_are_shown_as_such(tmp_path: Path, paper: Paper) -> None:
    story = [
        paper.text(
            "Flow 27 m<super>3</super>/h, leak rate 10<super>-3</super> mbar, CO<sub>2</sub> and H<sub>2</sub>O."
        ),
        paper.text("流量 5 m<super>3</super>/h，泄漏率 2·10<super>-6</super> Pa。", "zh"),
        paper.text("The area is 12 mm<super>2</super>.<br/>Mark x<super>a1b</super> stays."),
    ]
    text = text_of(parse(paper.write(tmp_path / "raised.pdf", story)))
    assert "Flow 27 m³/h, leak rate 10⁻³ mbar, CO₂ and H₂O." in text
    assert "流量 5 m³/h，泄漏率 2·10⁻⁶ Pa。" in text
    assert "12 mm²." in text
    assert "xa1b stays" in text


def test_raised_digits_in_a_cell_are_shown_as_such(tmp_path: Path, paper: Paper) -> None:
    rows = [
        ["Quantity", "Unit"],
        ["Flow", paper.text("m<super>3</super>/h")],
        ["Leak", paper.text("10<super>-3</super> Pa")],
    ]
    (table,) = of_kind(parse(paper.write(tmp_path / "cell.pdf", [paper.table(rows)])), "table")
    assert lines(table) == ["Quantity | Unit", "Flow | m³/h", "Leak | 10⁻³ Pa"]


def chart(canvas: Any, x: float, y: float, *, font: str = "Helvetica") -> None:
    """Axes with numbers and names, and a curve."""
    canvas.rect(x, y, 200, 100)
    for i in range(1, 4):
        canvas.line(x + 50 * i, y, x + 50 * i, y + 100)
        canvas.line(x, y + 25 * i, x + 200, y + 25 * i)
    canvas.bezier(x, y + 90, x + 80, y + 85, x + 150, y + 60, x + 200, y + 20)
    canvas.setFont(font, 7)
    for i in range(5):
        canvas.drawCentredString(x + 50 * i, y - 10, str(11 * i))
        canvas.drawRightString(x - 4, y + 25 * i - 2, str(7 * i))
    canvas.drawCentredString(x + 100, y - 22, "流量 (m³/h)" if font != "Helvetica" else "Flow (m3/h)")


@pytest.mark.parametrize(
    ("caption", "font"),
    [
        ("Figure 3. Head over flow", "Helvetica"),
        ("Fig. 2-1 Head over flow", "Helvetica"),
        ("图 5 扬程曲线", "STSong-Light"),
    ],
)
def test_a_figure_is_its_region_with_caption_and_labels(tmp_path: Path, paper: Paper, caption: str, font: str) -> None:
    prose = "泵的扬程随流量的增加而下降，工作点由管路特性曲线决定。" if font != "Helvetica" else (
        "The head of the pump falls as the flow rises, and the line decides where it runs."
    )  # fmt: skip

    def page(canvas: Any) -> None:
        for y in (760, 745, 500, 485):
            canvas.setFont(font, 10)
            canvas.drawString(60, y, prose)
        chart(canvas, 150, 600, font=font)
        canvas.setFont(font, 9)
        canvas.drawCentredString(250, 560, caption)

    parsed = parse(draw(tmp_path / "figure.pdf", page))
    (figure,) = of_kind(parsed, "figure")
    (span,) = figure.spans
    assert span.text.startswith(caption + "; ")
    assert {"11", "44", "28"} <= set(span.text.split("; "))
    assert "h)" in span.text
    region = on_page(span.locator).regions[0]
    assert region.y0 < 1 - 700 / 842 < 1 - 560 / 842 < region.y1 + 0.01
    assert region.y1 < 1 - 520 / 842
    rest = [line for block in parsed.blocks if block.kind != "figure" for line in lines(block)]
    assert rest == [prose] * 4


def test_a_picture_with_a_caption_is_a_figure_and_one_without_is_not(tmp_path: Path) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(Image.new("RGB", (60, 40), "navy"))

    def page(canvas: Any) -> None:
        canvas.drawString(60, 780, "Figure 7 shows the pump, and the text goes on after that.")
        canvas.drawImage(picture, 60, 600, 150, 100)
        canvas.drawString(60, 585, "Figure 7: The pump from the side")
        canvas.drawImage(picture, 60, 300, 150, 100)
        canvas.drawString(60, 250, "The second picture has no caption of its own and is only there.")

    parsed = parse(draw(tmp_path / "pictures.pdf", page))
    assert [lines(block) for block in of_kind(parsed, "figure")] == [["Figure 7: The pump from the side"]]
    assert [line for block in of_kind(parsed, "text") for line in lines(block)] == [
        "Figure 7 shows the pump, and the text goes on after that.",
        "The second picture has no caption of its own and is only there.",
    ]


def test_many_labels_are_kept_in_parts(tmp_path: Path) -> None:
    def page(canvas: Any) -> None:
        canvas.setFont("Helvetica", 10)
        for y in (790, 775, 150):
            canvas.drawString(60, y, "The drawing shows every valve of the unit, and the text around it is prose.")
        canvas.rect(60, 200, 460, 550)
        canvas.setFont("Helvetica", 6)
        for i in range(90):
            canvas.drawString(80 + 140 * (i % 3), 730 - 17 * (i // 3), f"Valve HV-{100 + i}")
        canvas.setFont("Helvetica", 9)
        canvas.drawString(60, 185, "Figure 1. Valves")

    def prose(canvas: Any) -> None:
        interleaved(canvas, 1, 790, [EN.format(i) for i in range(40)], chinese=False)

    (figure,) = of_kind(parse(draw(tmp_path / "labels.pdf", page, prose)), "figure")
    said = "; ".join(lines(figure)).split("; ")
    assert sorted(said[1:]) == sorted(f"Valve HV-{100 + i}" for i in range(90))
    assert max(len(line.split()) for line in lines(figure)) < 70


def test_a_footnote_does_not_part_the_paragraph_that_goes_on_overleaf(tmp_path: Path) -> None:
    def first(canvas: Any) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 140, "The bearing is greased every month by the operator who is on")
        canvas.setFont("Helvetica", 5)
        canvas.drawString(60, 64, "1")
        canvas.setFont("Helvetica", 8)
        canvas.drawString(63, 60, "See the data sheet of the grease.")

    def second(canvas: Any) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 760, "duty at that time, and it is written down in the log of the shift.")

    blocks = parse(draw(tmp_path / "note.pdf", first, second)).blocks
    assert [lines(block) for block in blocks] == [
        ["¹See the data sheet of the grease."],
        [
            "The bearing is greased every month by the operator who is on",
            "duty at that time, and it is written down in the log of the shift.",
        ],
    ]


@pytest.mark.parametrize("rotation", [90, 270])
def test_columns_of_a_turned_page_are_read_as_it_is_shown(tmp_path: Path, rotation: int) -> None:
    texts = [EN.format(i) for i in range(10, 26)]

    def page(canvas: Any) -> None:
        canvas.translate(*((842 - 250, 0) if rotation == 90 else (250, 595)))
        canvas.rotate(rotation)
        if rotation == 90:
            canvas.translate(0, -550)
        else:
            canvas.translate(0, -550)
        interleaved(canvas, 2, 780, texts, chinese=False)

    path = draw(tmp_path / "turned.pdf", page, size=(842, 595), rotation=rotation)
    parsed = parse(path)
    assert numbers(text_of(parsed)) == list(range(10, 26))


def test_a_story_of_everything_loses_nothing(tmp_path: Path, paper: Paper) -> None:
    words = [f"word{i}" for i in range(900)]
    story = [paper.text(" ".join(words[i : i + 30])) for i in range(0, 900, 30)]
    text = text_of(parse(build(tmp_path / "words.pdf", story)))
    assert re.findall(r"word\d+", text) == words


def test_a_label_such_as_note_is_no_heading(tmp_path: Path, paper: Paper) -> None:
    story = [
        paper.text("1 Seal", "Heading1"),
        paper.text("<b>Note</b>"),
        paper.text("Keep it dry."),
        paper.text("<b>Fitting</b>"),
        paper.text("Press it in."),
    ]
    found = {lines(block)[0]: block.heading_path for block in parse(paper.write(tmp_path / "note.pdf", story)).blocks}
    assert found["Keep it dry."] == found["Note"] == ("1 Seal",)
    assert found["Press it in."] == ("1 Seal", "Fitting")
