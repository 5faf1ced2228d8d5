"""One contract over every language model: scripted, extractive, OpenAI-compatible over real HTTP, embedded (slow)."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any, cast

import pytest
from openai_kit import REPLY, Server, server

from app.llm import embedded, extractive, openai_compatible, scripted
from app.llm.base import LanguageModel, LLMVariant, Message
from app.llm.scripted import Scripted
from retrieval.errors import BadSetting, DeadlinePassed, Unavailable
from retrieval.model_files import DEFAULT, installed
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings

ASK = (Message("system", "Answer briefly."), Message("user", "轴承温度的上限是多少？ What is the limit?"))
TOOL = {
    "type": "object",
    "required": ["tool"],
    "additionalProperties": False,
    "properties": {"tool": {"type": "string", "enum": ["read_tags", "work_orders"]}},
}
__all__ = ["server"]  # the fixture


async def until_ready(model: LanguageModel) -> None:
    async with asyncio.timeout(120):
        while not await model.ready():  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@pytest.fixture(
    params=["scripted", "extractive", "openai_compatible", pytest.param("embedded", marks=pytest.mark.slow)]
)
async def model(request: pytest.FixtureRequest) -> AsyncIterator[LanguageModel]:
    variant: LLMVariant = discover("app.llm", "LLM")[request.param]
    options: dict[str, Any] = {}
    models_dir = RetrievalSettings().models_dir
    if request.param == "scripted":
        options = {"replies": [REPLY]}
    elif request.param == "openai_compatible":
        options = {"base_url": request.getfixturevalue("server")[1]}
    elif request.param == "embedded" and installed(DEFAULT, models_dir) is None:
        pytest.skip(f"run: python -m retrieval.fetch {DEFAULT}")
    async with variant.open(options, models_dir) as opened:
        await until_ready(opened)
        yield opened


async def read(model: LanguageModel, max_tokens: int = 64) -> str:
    return "".join([piece async for piece in model.stream(ASK, max_tokens=max_tokens)])


async def test_streams_or_says_that_it_does_not_phrase(model: LanguageModel) -> None:
    assert model.width >= 1
    assert model.name
    if not model.phrases:
        with pytest.raises(Unavailable, match="provider"):
            await read(model)
        return
    pieces = [piece async for piece in model.stream(ASK, max_tokens=24)]
    assert len(pieces) > 1
    assert "".join(pieces).strip()


async def test_a_reader_may_leave_and_the_next_is_served(model: LanguageModel) -> None:
    if not model.phrases:
        return
    for _ in range(2):
        async with aclosing(model.stream(ASK, max_tokens=64)) as pieces:
            assert await anext(pieces)


async def test_stop_words_end_the_reply(model: LanguageModel) -> None:
    if isinstance(model, embedded.Embedded):
        pieces = model.stream([Message("user", "Repeat exactly: alpha beta gamma")], max_tokens=24, stop=["gamma"])
        assert "gamma" not in "".join([piece async for piece in pieces])
    elif isinstance(model, Scripted):
        assert "".join([piece async for piece in model.stream(ASK, max_tokens=99, stop=["[1]"])]) == "上限是 80 °C "


@pytest.mark.parametrize("variant", ["scripted", "extractive", "openai_compatible", "embedded"])
def test_unknown_options_are_refused(variant: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"\[app\.llm\] temprature"):
        discover("app.llm", "LLM")[variant].open({"temprature": 1}, tmp_path)


async def test_scripted_says_its_lines_and_fails_where_told() -> None:
    model = Scripted(["one", DeadlinePassed("slow"), {"tool": "work_orders"}, {"tool": "rm"}])
    assert await read(model) == "one"
    with pytest.raises(DeadlinePassed):
        await read(model)
    assert await model.choose(ASK, TOOL, max_tokens=9) == {"tool": "work_orders"}
    with pytest.raises(Unavailable, match=r"\$\.tool is 'rm'"):
        await model.choose(ASK, TOOL, max_tokens=9)
    with pytest.raises(Unavailable, match="no reply left"):
        await read(model)
    assert len(model.asked) == 5
    broken = Scripted(lambda messages: messages[-1].content, fail_after=1)
    with pytest.raises(Unavailable):
        await read(broken)
    assert broken.closed == 1


async def test_request_is_deterministic_and_carries_the_key(server: tuple[type[Server], str], tmp_path: Path) -> None:
    handler, url = server
    (tmp_path / "key").write_text("s3cret\n")
    options = {"base_url": url, "api_key_file": str(tmp_path / "key")}
    async with openai_compatible.LLM.open(options, tmp_path) as model:
        assert await read(model) == REPLY
        assert await model.choose(ASK, TOOL, max_tokens=9) == {"tool": "read_tags"}
        assert model.name == "tiny-1B"
    streamed, chosen = handler.requests
    assert streamed["key"] == "Bearer s3cret"
    assert streamed["temperature"] == chosen["temperature"] == 0
    assert streamed["seed"] == chosen["seed"]
    assert streamed["model"] == "owner/tiny-1B"
    assert chosen["response_format"]["json_schema"] == {"name": "choice", "strict": True, "schema": TOOL}


async def test_leaving_a_stream_ends_it_on_the_server(server: tuple[type[Server], str], tmp_path: Path) -> None:
    handler, url = server
    handler.mood = "endless"
    async with openai_compatible.LLM.open({"base_url": url}, tmp_path) as model:
        begun = asyncio.Event()

        async def listen() -> None:
            async for _ in model.stream(ASK, max_tokens=10_000):
                begun.set()

        listening = asyncio.create_task(listen())
        await begun.wait()
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        assert await asyncio.to_thread(handler.left.wait, 10)


@pytest.mark.parametrize(
    ("mood", "error", "says"),
    [
        ("refuses", Unavailable, "HTTP 400: .*the prompt is too long"),
        ("breaks", Unavailable, "mid-answer"),
        ("silent", DeadlinePassed, "silent for 0.3 s"),
        ("none", Unavailable, "lists no model"),
    ],
)
async def test_a_bad_server_is_one_line(
    server: tuple[type[Server], str], tmp_path: Path, mood: str, error: type[Exception], says: str
) -> None:
    handler, url = server
    handler.mood = mood
    async with openai_compatible.LLM.open({"base_url": url, "timeout_seconds": 0.3}, tmp_path) as model:
        with pytest.raises(error, match=says) as caught:
            await read(model)
    handler.left.set()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ('{"tool": "delete"}', "does not follow"),
        ('{"tool": "read', "not JSON"),
        ("[]", "no object"),
        ('{"tool": "read_tags", "x": 1}', "unknown"),
        ("{}", "lacks tool"),
    ],
)
async def test_a_choice_is_checked_again(
    server: tuple[type[Server], str], tmp_path: Path, choice: str, says: str
) -> None:
    handler, url = server
    handler.choice = choice
    async with openai_compatible.LLM.open({"base_url": url}, tmp_path) as model:
        with pytest.raises(Unavailable, match=says):
            await model.choose(ASK, TOOL, max_tokens=9)


async def test_no_server_is_not_ready_and_says_so(tmp_path: Path) -> None:
    options = {"base_url": "http://127.0.0.1:9/v1", "model": "m"}
    async with openai_compatible.LLM.open(options, tmp_path) as model:
        assert not await model.ready()
        with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9/v1: no connection"):
            await read(model)


def test_a_key_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"api_key_file.*nokey"):
        openai_compatible.LLM.open({"api_key_file": str(tmp_path / "nokey")}, tmp_path)


async def test_embedded_without_its_file_says_what_to_run(tmp_path: Path) -> None:
    async with embedded.LLM.open({}, tmp_path) as model:
        async with asyncio.timeout(30):
            while True:
                assert not await model.ready()
                with pytest.raises(Unavailable) as caught:
                    await read(model)
                if "loading" not in str(caught.value):
                    break
                await asyncio.sleep(0.01)
        assert f"python -m retrieval.fetch {DEFAULT}" in str(caught.value)


async def test_embedded_with_a_file_that_is_no_model_says_so(tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"no model")
    async with embedded.LLM.open({"model": str(own)}, tmp_path) as model:
        async with asyncio.timeout(60):
            while True:
                with pytest.raises(Unavailable) as caught:
                    await read(model)
                if "loading" not in str(caught.value):
                    break
                await asyncio.sleep(0.05)
        assert "could not be loaded" in str(caught.value)
        assert not await model.ready()


@pytest.mark.parametrize("trouble", ["spawn", "line"])
async def test_embedded_goes_on_after_what_nobody_foresaw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"no model")
    spawn, tries, thrice = asyncio.create_subprocess_exec, 0, asyncio.Event()

    async def troubled(*arguments: str, **options: Any) -> asyncio.subprocess.Process:
        nonlocal tries
        tries += 1
        if tries == 3:
            thrice.set()
        if trouble == "spawn":
            raise OSError("Cannot allocate\nmemory")
        return await spawn(sys.executable, "-c", "print('x' * 200_000)", **options)  # longer than readline takes

    monkeypatch.setattr(asyncio, "create_subprocess_exec", troubled)
    async with embedded.LLM.open({"model": str(own), "restart_seconds": 0.01}, tmp_path) as model:
        await asyncio.wait_for(thrice.wait(), 30)
        with pytest.raises(Unavailable, match=r"could not be run: (OSError: Cannot allocate memory|ValueError)"):
            await read(model)
    lines = [record.getMessage() for record in caplog.records if "could not be run" in record.getMessage()]
    assert len(lines) == 1  # not once a try
    assert "\n" not in lines[0]


@pytest.mark.slow
async def test_embedded_follows_a_schema_comes_back_and_leaves_nothing() -> None:
    models_dir = RetrievalSettings().models_dir
    if installed(DEFAULT, models_dir) is None:
        pytest.skip(f"run: python -m retrieval.fetch {DEFAULT}")
    async with embedded.LLM.open({"restart_seconds": 0.1}, models_dir) as opened:
        model = cast(embedded.Embedded, opened)
        await until_ready(model)
        question = [Message("user", "Which tool counts the seal leaks of last year?")]
        assert (await model.choose(question, TOOL, max_tokens=32))["tool"] in ("read_tags", "work_orders")
        first = model.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        while model.pid == first:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await until_ready(model)
        second = model.pid
        assert second not in (None, first)
    with pytest.raises(ProcessLookupError):
        os.kill(second or 0, 0)


def test_every_variant_is_found_by_its_name() -> None:
    assert discover("app.llm", "LLM") == {
        "embedded": embedded.LLM,
        "extractive": extractive.LLM,
        "openai_compatible": openai_compatible.LLM,
        "scripted": scripted.LLM,
    }
