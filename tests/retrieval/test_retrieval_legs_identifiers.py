"""Tags and part numbers as single words of the keyword leg."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.legs import keyword
from retrieval.legs._identifiers import identifiers
from retrieval.legs.base import Sparse
from retrieval.tags import fold


def terms(text: str) -> set[int]:
    vector = keyword.LEG.load().encode_query(text)
    assert isinstance(vector, Sparse)
    return set(vector.indices)


def word(name: str) -> int:
    (found,) = terms(name)
    return found


@pytest.mark.parametrize(
    "spelling",
    [
        "P101A",
        "p101a",
        "P-101A",
        "p-101a",
        "P_101A",
        "P\u2013101A",
        "P-101 A",
        "P 101 A",
        "P 101A",
        "=U1-P101A",
        "泵P-101A",
        "泵P101A的",
        "\uff30\uff0d\uff11\uff10\uff11\uff21",
        "Is P-101A hot?",
    ],
)
def test_every_spelling_of_a_tag_is_one_word(spelling: str) -> None:
    assert word("p101a") in terms(spelling)
    assert word("p101b") not in terms(spelling)


@pytest.mark.parametrize(
    ("spellings", "other"),
    [
        (["4711-0815/A", "4711-0815A", "4711_0815/A"], "4711-0815/B"),
        (["6205-2RS", "6205 2RS 6205-2RS", "6205-2rs"], "6205-2Z"),
        (["1.4571", "1,4571"], "1.4404"),
        (["M8x20", "M8 x 20", "M8\u00d720", "m8 X 20"], "M8x25"),
        (["DN80", "DN 80", "dn80"], "DN 100"),
        (["IP55", "IP 55"], "IP65"),
        (['G1/2"', "G1/2"], 'G3/4"'),
        (["10LAC10AP001", "10lac10ap001"], "10LAC10AP002"),
        (["ISO 10816", "ISO10816", "ISO-10816"], "ISO 10815"),
        (["Chiller 6", "chiller #6", "CHILLER-6", "chiller6"], "Chiller 7"),
        (["6号冷水机", "6# 冷水机"], "7号冷水机"),
    ],
)
def test_part_numbers_match_whatever_their_separators(spellings: list[str], other: str) -> None:
    shared = set.intersection(*map(terms, spellings))
    assert shared - terms(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P-101 A new seal", ["p101"]),
        ("P-101 a new seal", ["p101"]),
        ("at 20 bar", []),
        ("10-20 bar", ["10h20"]),  # a range is no 1020
        ("e.g. 5, 6 and 7", []),
        ("", []),
    ],
)
def test_what_is_no_name_of_a_part(text: str, words: list[str]) -> None:
    assert identifiers(text) == words


@given(st.text(max_size=80))
def test_any_text_has_words(text: str) -> None:
    found = identifiers(fold(text))
    assert len(found) == len(set(found))
    assert all(one.isalnum() for one in found)


@given(
    st.from_regex(r"[A-Z]{1,4}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{2,3}", fullmatch=True),
    st.sampled_from(["", "A", "B", "C"]),
    st.sampled_from(["-", "", "_", "\u2013", "\u2011", "\uff0d", "\u2212"]),
    st.booleans(),
)
def test_spellings_agree_and_twins_differ(letters: str, number: str, twin: str, gap: str, small: bool) -> None:
    written = f"{letters}{gap}{number}{twin}"
    mine = terms(written.lower() if small else written)
    assert word(f"{letters}{number}{twin}") in mine
    for other in {"", "A", "B", "C"} - {twin}:
        assert word(f"{letters}{number}{other}") not in mine
