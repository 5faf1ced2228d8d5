"""The ground floor: callers, ids, settings, plug-ins."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from retrieval import errors
from retrieval.models import Caller, PageLocator, Passage, Region, document_id, passage_id
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings, load

LABELS = st.frozensets(st.sampled_from("abc"))


@given(LABELS, LABELS, LABELS, LABELS)
def test_a_caller_sees_what_shares_a_group_and_an_area(
    groups: frozenset[str], areas: frozenset[str], theirs: frozenset[str], places: frozenset[str]
) -> None:
    caller = Caller(name="x", groups=groups, areas=areas)
    assert caller.may_see(tuple(theirs), tuple(places)) is bool(groups & theirs and areas & places)
    assert Caller.local().may_see(tuple(theirs), tuple(places))


def test_values_are_frozen_and_know_their_fields() -> None:
    with pytest.raises(ValidationError):
        Caller(name="x", group=frozenset())  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Region(x0=0, y0=0, x1=1.2, y1=1)
    with pytest.raises(ValidationError):
        Caller.local().name = "root"  # type: ignore[misc]


def test_ids_are_derived_and_opaque() -> None:
    assert document_id("a.pdf", "north") == document_id("a.pdf", "north") != document_id("a.pdf", "south")
    ids = {passage_id("d", revision, position) for revision in ("1", "2") for position in range(3)}
    assert len(ids) == 6


def test_the_heading_path_is_encoded_in_front() -> None:
    passage = Passage(
        id="p",
        document_id="d",
        parent_id="s",
        position=0,
        kind="text",
        text="Grease it.",
        language="en",
        heading_path=("4 Maintenance", "4.2 Bearings"),
        locator=PageLocator(page=1, regions=()),
    )
    assert passage.index_text == "4 Maintenance > 4.2 Bearings\nGrease it."


def test_the_environment_stands_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text('[retrieval]\nsite = "north"\nrrf_k = 20\n[app]\nport = 1\n', encoding="utf-8")
    tables = load(
        {
            "PLANTWRIGHT_CONFIG": str(file),
            "PLANTWRIGHT_RETRIEVAL__SITE": "south",
            "PLANTWRIGHT_APP__LLM__BASE_URL": "http://x",
            "OTHER__X": "1",
        }
    )
    found = RetrievalSettings.parse("retrieval", tables["retrieval"])
    assert (found.site, found.rrf_k) == ("south", 20)
    assert tables["app"] == {"port": 1, "llm": {"base_url": "http://x"}}


@pytest.mark.parametrize(
    ("values", "named"),
    [({"colour": 1}, "colour"), ({"rrf_k": 0}, "rrf_k"), ({"weights": {"en": {"dense": "much"}}}, "weights.en.dense")],
)
def test_a_bad_setting_names_table_and_key(values: dict[str, object], named: str) -> None:
    with pytest.raises(errors.BadSetting, match=rf"\[retrieval\] {named}: .*correct it"):
        RetrievalSettings.parse("retrieval", values)


def test_a_broken_or_missing_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text("[retrieval\n", encoding="utf-8")
    with pytest.raises(errors.BadSetting, match=r"p\.toml: not valid TOML"):
        load({"PLANTWRIGHT_CONFIG": str(file)})
    with pytest.raises(errors.BadSetting, match="no such settings file"):
        load({"PLANTWRIGHT_CONFIG": str(tmp_path / "q.toml")})


def test_an_environment_variable_under_a_plain_value_is_named(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text('[app]\nllm = "x"\n', encoding="utf-8")
    with pytest.raises(errors.BadSetting, match="PLANTWRIGHT_APP__LLM__BASE_URL"):
        load({"PLANTWRIGHT_CONFIG": str(file), "PLANTWRIGHT_APP__LLM__BASE_URL": "x"})


def test_every_error_is_permanent_or_transient() -> None:
    own = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    ends = [kind for kind in own if kind not in (errors.PlantwrightError, errors.Permanent, errors.Transient)]
    assert all(issubclass(kind, errors.Permanent) != issubclass(kind, errors.Transient) for kind in ends)
    assert all(kind.__name__ in (errors.__doc__ or "") for kind in ends)
    assert str(errors.BadDocument("a.pdf", "broken", where="page 3", remedy="export it again")) == (
        "a.pdf, page 3: broken; export it again"
    )


def test_variants_are_found_and_base_is_none() -> None:
    assert set(discover("retrieval.legs", "LEG")) == {"dense", "multilingual", "keyword", "gloss", "gloss_dense"}
    assert discover("retrieval.legs", "NOTHING") == {}
