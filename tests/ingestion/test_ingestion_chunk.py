import re
from collections.abc import Sequence
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st
from ingestion_kit import on_page

from ingestion.chunk import chunk
from ingestion.encode import Encoding
from ingestion.parsers.base import Block, Span
from retrieval.legs.base import ALL_PAIRS, Vector
from retrieval.models import Document, PageLocator, PassageKind, RecordLocator, Region, TextLocator
from retrieval.plugins import discover
from retrieval.regions import merge_regions

DOCUMENT = Document(
    id="d", kind="manual", title="t", path="t.pdf", sha256="0" * 64, revision="C", asset_tags=("P-101A",)
)


def count(text: str) -> int:
    """A stand-in for a leg's tokenizer: Chinese by character, the rest by three letters."""
    return sum(
        1 if "\u3400" <= word[0] <= "\u9fff" else -(-len(word) // 3)
        for word in re.findall(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+", text)
    )


def at(page: int, line: int = 0) -> PageLocator:
    return PageLocator(page=page, regions=(Region(x0=0.1, y0=0.01 * line, x1=0.9, y1=0.01 * line + 0.008),))


def block(
    kind: PassageKind, texts: Sequence[str], *, page: int = 1, head: int = 0, path: tuple[str, ...] = ("1 Safety",)
) -> Block:
    return Block(kind, tuple(Span(text, at(page, i)) for i, text in enumerate(texts)), path, head)


def test_a_table_repeats_its_head_in_each_piece_and_keeps_one_parent() -> None:
    rows = [f"Item number {i} | {i} | bar" for i in range(60)]
    passages = chunk(DOCUMENT, [block("table", ["Quantity | Limit | Unit", *rows], head=1)], count=count, limit=60)
    assert len(passages) > 5
    assert all(passage.text.startswith("Quantity | Limit | Unit\n") for passage in passages)
    assert [line for passage in passages for line in passage.text.split("\n")[1:]] == rows
    assert {passage.parent_id for passage in passages} == {passages[0].id}


def test_steps_are_cut_between_steps_and_warnings_stay_whole() -> None:
    steps = [f"{i}. Close the valve and lock it with your own lock." for i in range(1, 9)]
    warning = ["WARNING", "Hot surface, let the housing cool", "before you touch it."]
    passages = chunk(DOCUMENT, [block("warning", warning), block("steps", steps)], count=count, limit=60)
    assert passages[0].text == "WARNING\nHot surface, let the housing cool before you touch it."
    assert [line for passage in passages[1:] for line in passage.text.split("\n")] == steps


def test_a_signal_word_is_parted_from_chinese_text() -> None:
    (passage,) = chunk(DOCUMENT, [block("warning", ["危险", "化学品灼伤。"])], count=count)
    assert passage.text == "危险\n化学品灼伤。"


def test_short_paragraphs_under_one_heading_become_one_passage_others_do_not() -> None:
    blocks = [block("text", ["One."]), block("text", ["Two."]), block("text", ["Three."], path=("2 Data",))]
    assert [passage.text for passage in chunk(DOCUMENT, blocks, count=count)] == ["One.\nTwo.", "Three."]


def test_a_passage_stays_on_one_page() -> None:
    spans = tuple(Span(f"Line {page}", at(page)) for page in (1, 2))
    first, second = chunk(DOCUMENT, [Block("text", spans)], count=count)
    assert (on_page(first.locator).page, on_page(second.locator).page) == (1, 2)
    assert first.parent_id == second.parent_id


def test_prose_is_cut_after_a_sentence() -> None:
    lines = ["The pump runs.", "It must be", "vented first.", "Then the operator opens", "the discharge valve"]
    passages = chunk(DOCUMENT, [block("text", lines, path=())], count=count, limit=22)
    assert passages[0].text == "The pump runs. It must be vented first."


def test_tags_are_the_texts_and_the_documents_and_no_model_numbers() -> None:
    blocks = [block("text", ["Close HV-111A of DMX-310."])]
    (passage,) = chunk(DOCUMENT, blocks, count=count, known_tags=["P-101A", "HV-111A"])
    assert passage.tags == ("HV-111A", "P-101A")


def test_a_nickname_is_a_tag_too() -> None:
    blocks = [block("text", ["Grease Big Bertha; 大泵 and PU7, not PU70."])]
    names = {"big bertha": "P-777", "大泵": "P-778", "pu7": "PU7"}
    (passage,) = chunk(DOCUMENT, blocks, count=count, names=names)
    assert passage.tags == ("P-777", "P-778", "PU7", "P-101A")
    assert chunk(DOCUMENT, blocks, count=count)[0].tags == ("P-101A",)


def test_records_are_never_merged() -> None:
    places = [RecordLocator(table="work_orders", key=str(i), row=i + 2) for i in range(3)]
    blocks = [Block("record", (Span(f"order {place.key}", place),)) for place in places]
    assert [passage.locator for passage in chunk(DOCUMENT, blocks, count=count)] == places


def test_other_content_never_has_the_same_ids() -> None:
    blocks = [block("text", ["One."])]
    changed = DOCUMENT.model_copy(update={"sha256": "1" * 64})
    cases = [(DOCUMENT, ""), (changed, ""), (DOCUMENT, "pdf/2")]
    ids = {chunk(document, blocks, count=count, edition=edition)[0].id for document, edition in cases}
    assert len(ids) == 3
    assert chunk(DOCUMENT, blocks, count=count)[0].id == chunk(DOCUMENT, blocks, count=count)[0].id


def test_lines_below_one_another_become_one_region_columns_do_not() -> None:
    left = [Region(x0=0.1, y0=0.1 + 0.02 * i, x1=0.45, y1=0.115 + 0.02 * i) for i in range(3)]
    right = [Region(x0=0.55, y0=0.1, x1=0.9, y1=0.115)]
    merged = merge_regions([*left, *right])
    assert merged == (Region(x0=0.1, y0=0.1, x1=0.45, y1=left[2].y1), right[0])


WORDS = st.text(alphabet="abcdefgh泵阀轴承。. ", min_size=1, max_size=120).filter(str.strip)
KINDS: st.SearchStrategy[PassageKind] = st.sampled_from(["text", "table", "steps", "warning"])


@st.composite
def documents(draw: st.DrawFn) -> list[Block]:
    blocks, number = list[Block](), 0
    for _ in range(draw(st.integers(1, 6))):
        kind, texts = draw(KINDS), draw(st.lists(WORDS, min_size=1, max_size=12))
        pages = sorted(draw(st.lists(st.integers(1, 3), min_size=len(texts), max_size=len(texts))))
        marked = []
        for text in texts:
            number += 1
            marked.append(f"#{number}# {' '.join(text.split())}")
        head = 1 if kind == "table" and len(texts) > 1 else 0
        path = tuple(draw(st.lists(st.sampled_from(["1 Safety", "第三章 维护"]), max_size=2)))
        blocks.append(Block(kind, tuple(Span(t, at(p)) for t, p in zip(marked, pages, strict=True)), path, head))
    return blocks


@settings(deadline=None, max_examples=150)
@given(documents(), st.integers(40, 240))
def test_no_text_is_lost_or_doubled_and_every_passage_fits(blocks: list[Block], limit: int) -> None:
    passages = chunk(DOCUMENT, blocks, count=count, limit=limit)
    heads = {block.spans[0].text for block in blocks if block.head}

    def squeeze(text: str) -> str:
        return re.sub(r"\s", "", text)

    out = "".join(passage.text for passage in passages)
    for block_ in blocks:
        for span in block_.spans:
            if span.text not in heads:
                mark = re.match(r"#\d+#", span.text)
                assert mark is not None
                assert out.count(mark[0]) == 1
    said = squeeze("".join(span.text for block_ in blocks for span in block_.spans if span.text not in heads))
    for head in heads:
        assert squeeze(head)[:4] in squeeze(out)
    if not heads:
        assert squeeze(out) == said
    assert all(count(passage.index_text) <= limit for passage in passages)
    assert [passage.position for passage in passages] == list(range(len(passages)))
    assert len({passage.id for passage in passages}) == len(passages)
    assert all(passage.text.strip() for passage in passages)


def groups(blocks: Sequence[Block]) -> list[list[str]]:
    """The texts of the passages by parent, in order."""
    found: dict[str, list[str]] = {}
    for passage in chunk(DOCUMENT, blocks, count=count):
        found.setdefault(passage.parent_id, []).append(passage.text)
    return list(found.values())


def test_a_warning_has_the_parent_of_its_steps() -> None:
    blocks = [
        block("text", ["Stop the pump first."]),
        block("warning", ["WARNING Hot."]),
        block("steps", ["1. Close.", "2. Lock."]),
        block("warning", ["DANGER Acid."]),
        block("steps", ["3. Drain."]),
        block("steps", ["1. Open."], path=("2 Start",)),
    ]
    prose, procedure, other = groups(blocks)
    assert prose == ["Stop the pump first."]
    assert procedure == ["WARNING Hot.", "1. Close.\n2. Lock.", "DANGER Acid.", "3. Drain."]
    assert other == ["1. Open."]


def test_steps_that_go_on_after_a_note_belong_to_the_procedure_as_the_note_does() -> None:
    note, table = block("text", ["Note the torque."]), block("table", ["Nut | Torque", "M8 | 25 Nm"], head=1)
    blocks = [block("steps", ["1. Close.", "2. Lock."]), note, table, block("steps", ["3. Drain."])]
    assert groups(blocks) == [["1. Close.\n2. Lock.", "Note the torque.", "Nut | Torque\nM8 | 25 Nm", "3. Drain."]]


def test_another_list_under_the_same_heading_is_another_procedure() -> None:
    blocks = [block("steps", ["1. Close.", "2. Lock."]), block("text", ["Then:"]), block("steps", ["1. Drain."])]
    assert len(groups(blocks)) == 3


def test_a_passage_names_its_run_of_lines_or_rows() -> None:
    lines = tuple(Span(f"Line {i}.", TextLocator(unit="line", first=i, last=i)) for i in (3, 4, 6))
    rows = tuple(Span(f"a | {i}", RecordLocator(table="Sheet1", key=str(i), row=i)) for i in (1, 2, 3))
    text, table = chunk(DOCUMENT, [Block("text", lines), Block("table", rows, head=1)], count=count)
    assert text.locator == TextLocator(unit="line", first=3, last=6)
    assert table.locator == RecordLocator(table="Sheet1", key="2", row=2, last_row=3)


MIXED = st.text(
    st.one_of(st.characters(blacklist_categories=("Cs", "Cc")), st.sampled_from("bearing 泵，。Ａ１－µ³ -_/\u00a0")),
    min_size=1,
    max_size=400,
)


@settings(deadline=None, max_examples=100)
@given(st.lists(MIXED.filter(str.strip), min_size=1, max_size=8), st.lists(MIXED.filter(str.strip), max_size=2))
def test_no_leg_truncates_a_passage(texts: list[str], path: list[str]) -> None:
    legs = discover("retrieval.legs", "LEG")
    counter = Encoding(legs).counter()
    encoders = {name: leg.load() for name, leg in legs.items() if leg.max_pieces}
    assert encoders
    for passage in chunk(DOCUMENT, [block("text", texts, path=tuple(path))], count=counter):
        for name, encoder in encoders.items():
            assert encoder.count_pieces(passage.index_text) <= min(240, legs[name].max_pieces)


class _Words:
    """A leg that reads 64 words at most."""

    kind: Literal["dense", "sparse"] = "dense"
    dimensions, max_pieces, pairs, over = 4, 64, ALL_PAIRS, ""

    def identity(self) -> str:
        return "words"

    def load(self) -> "_Words":
        return self

    def encode_passages(self, texts: Sequence[str]) -> list[Vector]:
        return [(1.0, 0.0, 0.0, 0.0) for _ in texts]

    def encode_query(self, text: str) -> Vector:
        return (1.0, 0.0, 0.0, 0.0)

    def count_pieces(self, text: str) -> int:
        return len(text.split())


def test_a_leg_that_reads_less_gets_shorter_passages() -> None:
    counter = Encoding({"words": _Words()}).counter()
    text = " ".join(f"Sentence {number} of many." for number in range(100))
    passages = chunk(DOCUMENT, [block("text", [text])], count=counter)
    assert len(passages) >= 400 // 64
    assert max(len(passage.index_text.split()) for passage in passages) in range(32, 65)


def test_a_date_is_no_tag() -> None:
    assert chunk(DOCUMENT, [block("text", ["2024-05-01"])], count=count)[0].tags == ("P-101A",)
