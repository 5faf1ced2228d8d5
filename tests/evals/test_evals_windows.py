from hypothesis import given
from hypothesis import strategies as st

from evals.windows import windows


def words(text: str) -> int:
    return len(text.split())


def test_a_short_text_is_one_window_with_its_title() -> None:
    assert windows("Title", "One. Two.", words, 10) == [("Title", "One. Two.")]
    assert windows("", "", words, 10) == [("", "")]


def test_windows_end_with_sentences() -> None:
    text = "One two three. Four five six. Seven eight nine."
    parts = ["One two three. Four five six.", "Seven eight nine."]
    assert windows("", text, words, 6) == [("", part) for part in parts]
    assert windows("T", text, words, 7) == [("T", part) for part in parts]
    assert windows("", "泵已停机。关闭阀门。泄压。", len, 10) == [("", "泵已停机。 关闭阀门。"), ("", "泄压。")]


def test_a_long_title_stands_once() -> None:
    assert windows("a b c d", "e f g. h i j.", words, 6) == [("", "a b c d"), ("", "e f g. h i j.")]


@given(st.text(alphabet="ab 泵.。\n"), st.integers(16, 40))
def test_no_window_is_too_long_and_nothing_is_lost(text: str, limit: int) -> None:
    def letters(text: str) -> int:
        return len("".join(text.split()))

    cut = windows("t", text, letters, limit)
    assert all(letters(window.title + window.body) <= limit for window in cut)
    assert "".join("".join(window.body.split()) for window in cut) == "".join(text.split())
