"""What says the same is shown once; what differs in a number, a tag or the language is not the same."""

import pytest

from retrieval.duplicates import fold, says_more
from retrieval.models import Language, PageLocator, Passage

WARNING = "Before you open the casing, close the suction valve and drain the pump until the gauge reads 0 bar."
VARIED = "Before you open the casing, close the suction valve, and drain the pump until its gauge reads 0 bar."


def make(id: str, text: str, tags: tuple[str, ...] = (), language: Language = "en") -> Passage:
    place = PageLocator(page=1, regions=())
    return Passage(
        id=id,
        document_id=id,
        parent_id=id,
        position=0,
        kind="text",
        text=text,
        locator=place,
        language=language,
        tags=tags,
    )


def test_the_first_of_two_alike_stays() -> None:
    found = [make("a", WARNING), make("b", "Fill the bearing housing with oil."), make("c", VARIED), make("d", WARNING)]
    assert fold(found) == {"c": "a", "d": "a"}


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        (WARNING.replace("0 bar", "1 bar"), ()),
        (WARNING, ("P-101B",)),
        (WARNING + " Wait for ten minutes, then loosen the nuts crosswise and lift the cover with the crane.", ()),
    ],
)
def test_another_number_tag_or_sentence_is_not_alike(text: str, tags: tuple[str, ...]) -> None:
    assert fold([make("a", WARNING, ("P-101A",)), make("b", text, tags)]) == {}


def test_a_copy_for_fewer_tags_is_folded_into_the_one_for_more() -> None:
    assert fold([make("a", WARNING, ("P-101A", "P-101B")), make("b", WARNING, ("P-101A",))]) == {"b": "a"}


def test_chinese_is_compared_by_characters() -> None:
    text = "打开泵壳之前，关闭吸入阀并将泵排空，直到压力表读数为0 bar。"
    other = "打开泵壳之前，关闭吸入阀并将该泵排空，直到压力表的读数为0 bar。"
    assert fold([make("a", text, language="zh"), make("b", other, language="zh")]) == {"b": "a"}
    assert fold([make("a", text, language="zh"), make("b", text.replace("吸入阀", "排出阀"), language="zh")]) == {}


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        (
            "Close valve V-101 before you open valve V-102, then drain the line and lock both valves with a lock.",
            "Open valve V-101 before you close valve V-102, then drain the line and lock both valves with a lock.",
        ),
        (
            "The pump must be started against a closed valve with the casing full and vented and the motor cold.",
            "The pump must not be started against a closed valve with the casing full and vented and the motor cold.",
        ),
        ("先关排出阀，后开排净阀，再等待压力降为零。", "先开排出阀，后关排净阀，再等待压力降为零。"),
    ],
)
def test_an_instruction_turned_round_is_not_alike(text: str, turned: str) -> None:
    assert fold([make("a", text), make("b", turned)]) == {}


def test_a_title_says_nothing_more_and_a_step_of_its_words_does() -> None:
    assert not says_more(make("a", "Heat Exchanger\nPX 45"), "The heat exchanger PX 45: manual")
    assert says_more(make("a", "Stop pump"), "Pump stop and start")
    assert says_more(make("a", "Plate heat exchanger"), "")


def test_texts_without_words_are_not_alike() -> None:
    assert fold([make("a", "..."), make("b", "---")]) == {}
