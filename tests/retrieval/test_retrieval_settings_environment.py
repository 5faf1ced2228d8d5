"""Settings by environment: lists and tables as JSON, and a section handed whole to another process."""

from pathlib import Path

import pytest

from retrieval.errors import BadSetting
from retrieval.settings import RetrievalSettings, environment, load


def read(environ: dict[str, str]) -> RetrievalSettings:
    return RetrievalSettings.parse("retrieval", load(environ)["retrieval"])


def test_a_section_read_from_its_environment_is_the_same() -> None:
    given = RetrievalSettings(
        data_dir=Path("/somewhere/else"),
        site="港口 works",
        store="server",
        store_options={"url": "http://127.0.0.1:6333", "timeout_seconds": 2.5, "prefer_grpc": True},
        legs=("keyword", "multilingual"),
        weights={"en": {"keyword": 1.0, "multilingual": 0.5}},
        rrf_k=7,
    )
    assert read(environment("retrieval", given)) == given
    assert read(environment("retrieval", RetrievalSettings())) == RetrievalSettings()


def test_lists_and_tables_are_json_and_all_else_is_text() -> None:
    environ = {"PLANTWRIGHT_RETRIEVAL__LEGS": '["keyword"]', "PLANTWRIGHT_RETRIEVAL__SITE": "[unit 1]"}
    assert (read(environ).legs, read(environ).site) == (("keyword",), "[unit 1]")
    with pytest.raises(BadSetting, match="legs"):
        read({"PLANTWRIGHT_RETRIEVAL__LEGS": "keyword"})
