"""Finding a service, over real sockets."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from evals_kit import ScriptedService, answer, golden, page, write_lines

from app.settings import AppSettings
from evals.__main__ import main
from evals.client import _with_model, open_service
from evals.settings import EvalSettings
from retrieval.errors import BadSetting, Unavailable
from retrieval.settings import RetrievalSettings

GOLDEN = golden(question="one?")
RIGHT = answer(citations=[page("c1", 5, "must not exceed 75 °C")])


@pytest.fixture
def served() -> Iterator[tuple[ScriptedService, str]]:
    """A scripted service on a free port, and its URL."""
    service = ScriptedService({"one?": RIGHT, "two?": 503})
    config = uvicorn.Config(service.app, host="127.0.0.1", port=0, log_level="error", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield service, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_the_command_measures_a_running_service(
    served: tuple[ScriptedService, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    dataset = write_lines(tmp_path / "golden.jsonl", [GOLDEN.model_dump(mode="json")])
    out = tmp_path / "answers.json"
    assert main(["answers", "--dataset", str(dataset), "--url", served[1], "--json", str(out)]) == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["summary"]["all"]["metrics"]["citation_recall"] == {
        "mean": 1.0,
        "low": 1.0,
        "high": 1.0,
        "scored": 1,
        "unscored": 0,
    }
    assert content["summary"]["all"]["metrics"]["readings"]["mean"] is None
    assert (content["models"], content["target"]) == (["scripted"], served[1])
    assert len(content["dataset"]["sha256"]) == 64
    assert content["questions"][0]["answer"] == "The limit is 75 °C."
    assert "numeric match" in capsys.readouterr().out
    assert list((tmp_path / "data").rglob("answers-*.jsonl")) == []  # finished: nothing to go on with


def test_a_question_without_answer_makes_the_command_fail_and_go_on(
    served: tuple[ScriptedService, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PLANTWRIGHT_RETRIEVAL__DATA_DIR", str(tmp_path / "data"))
    rows = [golden(id=id_, question=text).model_dump(mode="json") for id_, text in (("g1", "one?"), ("g2", "two?"))]
    dataset = str(write_lines(tmp_path / "golden.jsonl", rows))
    assert main(["answers", "--dataset", dataset, "--url", served[1]]) == 1
    assert "1 of 2 questions got no answer" in capsys.readouterr().err
    served[0].replies["two?"] = RIGHT
    served[0].asked.clear()
    assert main(["answers", "--dataset", dataset, "--url", served[1]]) == 0
    assert served[0].asked == ["two?"]


async def test_the_service_that_holds_the_store_is_found(served: tuple[ScriptedService, str], tmp_path: Path) -> None:
    note = {"pid": 1, "holder": "service", "url": served[1], "token": "t"}
    (tmp_path / "store.lock.json").write_text(json.dumps(note), encoding="utf-8")
    async with open_service(None, None, EvalSettings(), RetrievalSettings(data_dir=tmp_path)) as service:
        assert service.target == served[1]


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("http://127.0.0.1:9", Unavailable, "no Plantwright service answers there"),
        ("127.0.0.1:8000", BadSetting, "is not a URL"),
    ],
)
async def test_a_wrong_url_is_one_line(url: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        async with open_service(url, None, EvalSettings(), RetrievalSettings()):
            pass


async def test_url_and_model_do_not_go_together() -> None:
    with pytest.raises(BadSetting, match="leave out --llm or --url"):
        async with open_service("http://127.0.0.1:9", "extractive", EvalSettings(), RetrievalSettings()):
            pass


def test_another_provider_starts_from_its_own_defaults() -> None:
    settings = AppSettings(llm={"provider": "openai_compatible", "base_url": "http://127.0.0.1:8080/v1"})
    assert _with_model(settings, "extractive").llm == {"provider": "extractive"}
    assert _with_model(settings, "openai_compatible") is settings
