"""What a migration refuses or calls a problem: nothing asked, mute legs, the same server by another name."""

import socket
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from migration_kit import index, settings, to_server

from retrieval.errors import BadSetting
from retrieval.migration.asking import Answered
from retrieval.migration.checkpoint import place
from retrieval.migration.run import Plan, migrate


def quiet(what: str, done: int, total: int) -> None:
    pass


def test_nothing_asked_and_mute_legs_are_problems(tmp_path: Path) -> None:
    index(tmp_path)
    done = migrate(to_server(tmp_path), quiet)
    assert {leg for leg, _ in done.answered.given} == {"keyword", "gloss"}
    unasked = replace(done, answered=Answered())
    assert unasked.problems(0.9) == ["nothing could be asked of both stores"]
    assert replace(unasked, compared=replace(done.compared, sample=[])).problems(0.9) == []  # --questions 0
    nan = replace(done, answered=replace(done.answered, overlap=[float("nan")]))
    assert nan.problems(0.9) == ["the best ten of both share nan, less than 0.9"]
    silent = replace(done, answered=replace(done.answered, silent={"multilingual"}))
    assert silent.problems(0.9) == ["the leg multilingual gave nothing in any question"]
    given = {("keyword", "en"): 9, ("keyword", "zh"): 0, ("gloss", "zh"): 0}
    mute = replace(done, answered=replace(done.answered, given=Counter(given)))
    assert mute.problems(0.9) == ["the leg gloss gave nothing in any question"]
    english = Counter({kind: count for kind, count in done.compared.source.items() if kind[0] == "en"})
    assert replace(mute, compared=replace(done.compared, source=english)).problems(0.9) == []  # no Chinese to be found


def test_one_server_under_several_spellings_is_one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(url: str) -> str:
        return place("server", tmp_path, {"url": url})

    here = ("http://127.0.0.1:6333", "http://localhost:6333/", "http://LOCALHOST", "https://[::1]:6333", "127.0.0.1")
    assert len({at(url) for url in here}) == 1
    assert at("http://localhost:6334") != at(here[0])
    assert at("http://localhost:6333/other") != at(here[0])
    known = {"store.plant": ["fd00::7", "10.0.0.7"], "10.0.0.7": ["10.0.0.7"], "10.0.0.8": ["10.0.0.8"]}

    def resolved(host: str, *_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(0, 0, 0, "", (address, 0)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    assert at("http://Store.plant:6333") == at("http://10.0.0.7:6333") != at("http://10.0.0.8:6333")
    assert at("http://gone.plant:6333") == at("http://GONE.plant") != at("http://store.plant")
    assert "word" not in at("http://me:word@store.plant:6333")


def test_the_same_server_under_another_name_is_refused(tmp_path: Path) -> None:
    at = settings(tmp_path, store="server", store_options={"url": "http://127.0.0.1:6333"})
    with pytest.raises(BadSetting, match="itself"):
        migrate(Plan(at, "server", {"url": "http://localhost:6333"}), quiet)
