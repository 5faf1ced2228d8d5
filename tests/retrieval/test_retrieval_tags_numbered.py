"""Assets that are called by a word and a number."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from retrieval.models import Asset
from retrieval.tags import Register, find, normalise

REGISTER = Register(
    [
        Asset(tag="CHILLER 6", name=""),
        Asset(tag="CHILLER 9", name=""),
        Asset(tag="CHILLER-60A", name="Chiller 60A"),
        Asset(tag="AHU-1", name="Air handling unit 1", name_zh="1号空调箱"),
        Asset(tag="P-7A", name="Pump 7A"),
        Asset(tag="P-7B", name="Pump 7B"),
        Asset(tag="P-101A", name="Feed pump A", name_zh="给料泵A"),
    ]
)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Why did Chiller 6 trip?", ["CHILLER 6"]),
        ("chiller #6", ["CHILLER 6"]),
        ("check chiller no. 6 now", ["CHILLER 6"]),
        ("the No. 6 chiller", ["CHILLER 6"]),
        ("#6 chiller", ["CHILLER 6"]),
        ("the chiller unit 6", ["CHILLER 6"]),
        ("CHILLER-6, Chiller6 and chiller 06", ["CHILLER 6"]),
        ("chillers 6 and 9", ["CHILLER 6", "CHILLER 9"]),
        ("6号冷水机为什么停机", ["CHILLER 6"]),
        ("6# 冷水机", ["CHILLER 6"]),
        ("冷水机6振动", ["CHILLER 6"]),
        ("六号冷水机组", ["CHILLER 6"]),
        ("\uff16号冷水机", ["CHILLER 6"]),
        ("P-101A beside chiller 6", ["P-101A", "CHILLER 6"]),
        ("chiller 6 ran 4 hours", ["CHILLER 6"]),
        ("air handling unit 1", ["AHU-1"]),
        ("1号空调箱", ["AHU-1"]),
        ("pump 7B", ["P-7B"]),
    ],
)
def test_a_word_and_its_number_name_an_asset(text: str, tags: list[str]) -> None:
    resolved = REGISTER.resolve(text)
    assert list(resolved.tags) == tags
    assert resolved.ambiguous == {}
    assert resolved.unknown == ()


@pytest.mark.parametrize(
    ("text", "unknown"),
    [("chiller 7", "CHILLER 7"), ("7号冷水机", "7号冷水机"), ("pump 7c", "PUMP 7C"), ("chiller 66", "CHILLER 66")],
)
def test_a_number_that_nobody_has_is_never_lost(text: str, unknown: str) -> None:
    assert REGISTER.resolve(text) == ((), {}, (unknown,))


def test_a_twins_letter_is_asked_for() -> None:
    assert REGISTER.resolve("pump 7 leaks").ambiguous == {"pump 7": ("P-7A", "P-7B")}
    assert REGISTER.resolve("Chiller 60").ambiguous == {"chiller 60": ("CHILLER-60A",)}


@pytest.mark.parametrize("text", ["open the chiller 2 turns", "chiller at 6.5 bar", "step 6", "6 bar", "chiller 6.5"])
def test_numbers_that_name_nothing(text: str) -> None:
    assert REGISTER.resolve(text) == ((), {}, ())


@given(
    st.sampled_from(["chiller", "compressor", "boiler", "cooling tower"]),
    st.integers(1, 9999),
    st.sampled_from([" ", " #", "-", " no. ", " No.", "", " # "]),
    st.sampled_from([str.lower, str.upper, str.title]),
)
def test_every_spelling_means_the_same_and_no_neighbour(word: str, number: int, gap: str, case: object) -> None:
    assert callable(case)
    written = case(f"{word}{gap}{number}")
    assume(not (" " in word and gap == "-" and written.isupper()))  # TOWER-100 in capitals is a tag of its own
    tags = [normalise(f"{word} {other}") for other in (number, number + 1, number * 10)]
    assert not gap or normalise(written) == tags[0]
    assert len(set(tags)) == 3
    register = Register(Asset(tag=tag, name="") for tag in tags)
    assert register.resolve(f"what is wrong with {written}?").tags == (tags[0],)


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("Pump P-101A", "P-101A"),
        ("close  HV-111A", "HV-111A"),
        ("Tank T-101", "T-101"),
        ("BallValve1", "BALLVALVE1"),
        ("BALLVALVE1", "BALLVALVE1"),
        ("Air handling unit 1", "AIR HANDLING UNIT 1"),
        ("Gearbox G7", "GEARBOX G7"),
        ("Cooling tower #2", "COOLING TOWER 2"),
        ("boiler #10", "BOILER-10"),
        ("N1", "N1"),
    ],
)
def test_normal_form_of_names(raw: str, tag: str) -> None:
    assert normalise(raw) == tag


@given(st.text(max_size=60))
def test_any_text_is_harmless(text: str) -> None:
    resolved = REGISTER.resolve(text)
    assert set(resolved.tags) <= set(REGISTER.assets)


@given(st.from_regex(r"[A-Za-z]{1,9}[ #_-]{0,2}[0-9]{0,4}[A-Ca-c]?", fullmatch=True))
def test_a_normal_form_is_its_own(raw: str) -> None:
    assert normalise(normalise(raw)) == normalise(raw)


@given(
    st.from_regex(r"[A-Z]{1,4}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{2,3}", fullmatch=True),
    st.sampled_from(["", "A", "B"]),
    st.sampled_from(["-", "", "_", "\u2013", "\u2212", "\uff0d"]),
    st.booleans(),
)
def test_spellings_of_a_tag_have_one_normal_form(letters: str, number: str, twin: str, gap: str, small: bool) -> None:
    known = [f"{letters}-{number}{other}" for other in ("", "A", "B")]
    written = f"{letters}{gap}{number}{twin}"
    written = written.lower() if small else written
    if not gap and normalise(f"{letters}{number}") == f"{letters}{number}":
        return  # DN100 is a size, not a tag
    assert normalise(written) == f"{letters}-{number}{twin}"
    assert [mention.tag for mention in find(f"泵{written}的", known)] == [f"{letters}-{number}{twin}"]
