import json
import subprocess
from pathlib import Path

import pytest
from pydantic import SecretStr

from evals.record import Clock, lasting, revision


def test_a_record_says_with_what_a_run_was_made() -> None:
    record = Clock().record({"retrieval": {"legs": ("keyword",)}}, ["retrieval", "--dataset", "a b"])
    assert record["command"] == "python -m evals retrieval --dataset 'a b'"
    assert record["machine"]["cores"] >= 1
    assert record["packages"]["numpy"].split(".")[0].isdigit()
    assert record["settings"] == {"retrieval": {"legs": ["keyword"]}}
    assert record["duration_seconds"] >= 0
    json.dumps(record)


def test_secrets_are_left_out() -> None:
    given = {
        "judge_api_key": SecretStr("hush"),
        "weights": {"keyword": 2.0},
        "llm": {"token": "hush"},
        "answer_tokens": 9,
    }
    record = Clock().record({"app": given}, ["ragas", "--judge-api-key", "hush", "--token=hush"])
    assert "hush" not in json.dumps(record)
    assert record["settings"]["app"] == {"weights": {"keyword": 2.0}, "llm": {}, "answer_tokens": 9}
    assert record["command"].endswith("--judge-api-key ... --token=...")


def test_the_revision_says_whether_files_were_changed(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, capture_output=True)

    assert revision(tmp_path / "none") == {"commit": None, "dirty": None}
    git("init")
    (tmp_path / "a").write_text("1")
    git("add", "a")
    git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-m", "a", "--no-gpg-sign")
    clean = revision(tmp_path)
    assert (len(clean["commit"]), clean["dirty"]) == (40, False)
    (tmp_path / "a").write_text("2")
    assert revision(tmp_path) == {"commit": clean["commit"], "dirty": True}


@pytest.mark.parametrize(
    "key", ["latency_ms_p50", "latency_ms", "timings_ms", "started", "duration_seconds", "encoded"]
)
def test_times_do_not_last(key: str) -> None:
    assert lasting({"a": [{key: 3, "recall@5": 1.0}]}) == {"a": [{"recall@5": 1.0}]}
