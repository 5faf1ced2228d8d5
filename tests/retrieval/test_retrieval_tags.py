"""Tags as they are really written, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.models import Asset
from retrieval.tags import Register, compact, find, fold, normalise, stem, twins

KNOWN = ("P-101A", "P-101B", "T-101", "E-102", "FIC-101", "P-104", "TI-115A", "HV-111A", "P-1001")


def found(text: str, known: tuple[str, ...] = ()) -> list[str]:
    return [mention.tag for mention in find(text, known)]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("泵P-101A的轴承", ["P-101A"]),
        ("Ｐ－１０１Ａ轴承温度", ["P-101A"]),
        ("P-101A，100小时", ["P-101A"]),
        ("检查P-101A、P-101B和T-101。", ["P-101A", "P-101B", "T-101"]),
        ("P101A", ["P-101A"]),
        ("P–101A", ["P-101A"]),
        ("P_101A", ["P-101A"]),
        ("the P-101A's seal", ["P-101A"]),
        ("P-101A/B", ["P-101A", "P-101B"]),
        ("P-101A/P-101B", ["P-101A", "P-101B"]),
        ("P-101a/b", ["P-101A", "P-101B"]),
        ("TICSA-102.", ["TICSA-102"]),
        ("FIC-101.PV", ["FIC-101"]),
        ("=U1-P101A", ["P-101A"]),
        ("10LAC10AP001 trip", ["10LAC10AP001"]),
        ("报警TI-115A超限", ["TI-115A"]),
        ("P-101 A new seal", ["P-101"]),
        ("FIC-101/TIC-102", ["FIC-101", "TIC-102"]),
    ],
)
def test_tags_that_need_no_register(text: str, tags: list[str]) -> None:
    assert found(text) == tags


@pytest.mark.parametrize(
    "text",
    [
        "DN80 PN16",
        "IP55",
        "WO-100234",
        "工单WO-100234",
        "ISO 10816",
        "ISO10816-3",
        "IEC-61511",
        "GB/T3216-2016",
        "API 682",
        "M-101",
        "SS316L",
        "HT200",
        "AC220V",
        "ISO VG 68",
        "75.5 bar",
        "USD100,000",
        "2950 rpm",
        "2025-01-01",
        "100-P-1001-DN80",
        "P-1001-DN80",
        '6"-P-1001-A1A',
        "P-1003-80-CS",
        "p101a",
        "P 101",
        "P  101",
        "3P-101A",
        "",
    ],
)
def test_what_only_looks_like_a_tag(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("p101a runs hot", ["P-101A"]),
        ("泵p101a温度", ["P-101A"]),
        ("P 101 A", ["P-101A"]),
        ("p-101", ["P-101"]),
        ("TI 115A", ["TI-115A"]),
        ("P-101A and B", ["P-101A", "P-101B"]),
        ("P-101A和B", ["P-101A", "P-101B"]),
        ("P-101A and B-101", ["P-101A"]),
        ("P 10 bar", []),
        ("P-10", []),
        ("100-P-1001-DN80", []),
        ("stop 101", []),
    ],
)
def test_the_register_makes_loose_spellings_sure(text: str, tags: list[str]) -> None:
    assert found(text, KNOWN) == tags


def test_mentions_say_where() -> None:
    text = "阀HV-111A，P-101 A new"
    assert [fold(text)[m.start : m.end] for m in find(text)] == ["HV-111A", "P-101"]


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("p101a", "P-101A"),
        (" Ｐ－１０１Ａ ", "P-101A"),
        ("v12", "V-12"),
        ("P 101 A", "P-101A"),
        ("M-101", "M-101"),
        ("DN80", "DN80"),
        ("10LAC10AP001", "10LAC10AP001"),
        ("feed tank", "FEED TANK"),
        ("=U1-P101A", "P-101A"),
        ("", ""),
    ],
)
def test_normal_form(raw: str, tag: str) -> None:
    assert normalise(raw) == tag


@given(st.text(max_size=60))
def test_any_text_is_harmless(text: str) -> None:
    for mention in find(text, KNOWN):
        assert 0 <= mention.start < mention.end <= len(fold(text))
        assert mention.tag == mention.tag.upper()
    Register([Asset(tag="P-101A", name="Feed pump A")]).resolve(text)


@given(st.from_regex(r"[A-Z]{1,5}-[0-9]{3,4}[A-F]?", fullmatch=True))
def test_the_normal_form_is_its_own(tag: str) -> None:
    if found(tag):
        assert found(tag) == [tag] == [normalise(tag)] == found(f"泵{tag}的轴承")


def test_twins_and_stems() -> None:
    assert (stem("P-101A"), stem("10LAC10AP001")) == ("P-101", "10LAC10AP001")
    assert twins("P-101A", KNOWN) == ["P-101B"]
    assert twins("P-101", KNOWN) == ["P-101A", "P-101B"]
    assert twins("T-101", KNOWN) == []
    assert compact("P-101A") == "p101a"


REGISTER = Register(
    [
        Asset(tag="P-101A", name="Feed pump A", name_zh="给料泵A", nicknames=("Old Bess", "feed pump")),
        Asset(tag="P-101B", name="Feed pump B", name_zh="给料泵B", nicknames=("feed pump",)),
        Asset(tag="T-101", name="Feed tank", name_zh="给料罐"),
    ]
)


def test_what_a_question_names() -> None:
    assert REGISTER.resolve("How hot is P-101A next to the feed tank?").tags == ("P-101A", "T-101")
    assert REGISTER.resolve("给料罐液位多少").tags == ("T-101",)
    assert REGISTER.resolve("What did we do on old bess last time?").tags == ("P-101A",)
    assert REGISTER.resolve("P-101 is noisy").ambiguous == {"P-101": ("P-101A", "P-101B")}
    assert REGISTER.resolve("the feed pumps are noisy").ambiguous == {"feed pump": ("P-101A", "P-101B")}
    assert REGISTER.resolve("给料泵B振动").tags == ("P-101B",)
    assert REGISTER.resolve("P-999 tripped").unknown == ("P-999",)
    assert REGISTER.resolve("feed pump P-101B").ambiguous == {}
    assert REGISTER.resolve("") == ((), {}, ())


def _modelled(**models: str) -> Register:
    return Register(Asset(tag=tag.replace("_", "-"), name="", model=model) for tag, model in models.items())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oil of the DMX-310, and again the dmx 310", (("K-201",), {}, ())),
        ("oil of the DMX-310-B", (("K-202",), {}, ())),
        ("oil of the DMX-310/2", ((), {}, ("DMX-310",))),
        ("what is due after 2000 hours?", ((), {}, ())),
        ("KSP 32-250 seal", ((), {"KSP 32-250": ("P-101A", "P-101B")}, ())),
        ("which limits does HW-ST-790 state?", ((), {}, ())),
    ],
)
def test_a_model_means_its_assets_and_no_other(text: str, expected: tuple[object, ...]) -> None:
    register = _modelled(K_201="DMX-310", K_202="DMX-310-B", K_203="2000", P_101A="KSP 32-250", P_101B="KSP 32-250")
    assert register.resolve(text) == expected


def test_a_model_of_many_assets_names_a_kind() -> None:
    register = Register(Asset(tag=f"HV-{number}", name="", model="GSV-2000") for number in range(101, 141))
    assert register.resolve("seal of GSV-2000") == ((), {}, ())
    assert register.without("seal of GSV-2000") == "seal of GSV-2000"


def test_equipment_is_taken_out_of_what_is_asked_and_instruments_names_stay() -> None:
    register = Register(
        [
            Asset(tag="P-101A", name="feed pump", name_zh="进料泵", model="KSP 32-250"),
            Asset(tag="TI-115A", name="bearing temperature", parent="P-101A"),
        ]
    )
    assert register.without("How hot may the KSP 32-250 get, p101a or 101?") == "How hot may the get, or 101?"
    assert register.without("bearing temperature of the feed pump") == "bearing temperature of the"
    assert register.without("进料泵Ｐ－１０１Ａ轴承温度") == "轴承温度"
    assert register.without("P-101A") == "P-101A"
