"""Files over HTTP into the inbox: streamed, named safely, bounded, whole or not there."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from service_kit import Demo, served

from app.api import service as service_module
from app.ingest import inbox, names
from retrieval.errors import BadInput
from retrieval.models import Caller
from retrieval.sql import ingestions


@pytest.fixture
async def client(tmp_path: Path, demo: Demo) -> AsyncIterator[httpx.AsyncClient]:
    async with held(tmp_path, demo, upload_max_bytes=10_000, upload_max_files=3) as opened:
        yield opened


@asynccontextmanager
async def held(data: Path, demo: Demo, **app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A service whose runs wait: another process holds the lock of ingestion."""
    with FileLock(data / "ingestion.lock"):
        async with served(data, demo.plant, **app) as client:
            yield client


def stored(data: Path) -> dict[str, bytes]:
    """Every file of the inbox by its path within its upload."""
    files = (path for path in (data / "inbox").rglob("*") if path.is_file())
    return {path.relative_to(data / "inbox").as_posix().split("/", 1)[1]: path.read_bytes() for path in files}


def one(name: str, content: bytes = b"text") -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("files", (name, content, "text/plain"))]


async def test_files_are_taken_and_their_run_is_named(client: httpx.AsyncClient, tmp_path: Path) -> None:
    big = os.urandom(9_000)
    form = {
        "groups": "plant, 维修",
        "revision": "B",
        "effective_date": "2024-05-31",
        "assets": "P-101A",
        "areas": ["A", "B"],
    }
    response = await client.post("/v1/documents", files=[*one("手册.txt", big), *one("b.txt")], data=form)
    assert response.status_code == 202, response.text
    run = response.json()["ingestion"]
    assert response.headers["location"] == f"/v1/ingestions/{run['id']}"
    assert (run["status"], run["files"]) == ("queued", ["手册.txt", "b.txt"])
    assert stored(tmp_path) == {"手册.txt": big, "b.txt": b"text"}
    request = ingestions.get(database(client), Caller.local(), run["id"]).request
    assert {name: request[name] for name in ("groups", "areas", "revision", "effective_date", "assets")} == {
        "groups": ["plant", "维修"],
        "areas": ["A", "B"],
        "revision": "B",
        "effective_date": "2024-05-31",
        "assets": ["P-101A"],
    }
    assert read(request["paths"]) == [big, b"text"]


def read(paths: list[str]) -> list[bytes]:
    assert all(Path(path).is_absolute() for path in paths)
    return [Path(path).read_bytes() for path in paths]


def database(client: httpx.AsyncClient) -> Any:
    return client._transport.app.state.service.knowledge.database  # type: ignore[attr-defined]


async def test_a_folder_goes_before_the_names(client: httpx.AsyncClient, tmp_path: Path) -> None:
    response = await client.post("/v1/documents", files=one("a.txt"), data={"folder": "../manuals//pumps/"})
    run = response.json()["ingestion"]
    assert list(stored(tmp_path)) == ["manuals/pumps/a.txt"]
    root = Path(ingestions.get(database(client), Caller.local(), run["id"]).request["paths"][0])
    assert (root / "manuals/pumps/a.txt").is_file()
    assert run["files"] == ["a.txt"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\pump.pdf", "pump.pdf"),
        ("..", None),
        ("a\x00b\x1f.txt", "ab.txt"),
        ("CON.txt", "_CON.txt"),
        ("lpt1", "_lpt1"),
        ("Nul .pdf", "Nul .pdf"),
        ("x.txt. . ", "x.txt"),
        (".hidden", "hidden"),
        ('a<b>:"|?*.csv', "a_b______.csv"),
        ("\u202etxt.exe", "txt.exe"),
        ("泵" * 200 + ".pdf", "泵" * 65 + ".pdf"),
        ("e\u0301.txt", "é.txt"),
        ("   ", None),
    ],
)
def test_names_are_made_safe(given: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(BadInput, match="give it a name"):
            names.file_name(given)
    else:
        assert names.file_name(given) == kept


@given(st.text(max_size=400))
def test_no_name_leaves_its_folder(given: str) -> None:
    try:
        name = names.file_name(given)
    except BadInput:
        return
    assert 0 < len(name.encode()) <= names.MAX_BYTES
    assert name == Path(name).name
    assert not name.startswith(".")
    assert name.isprintable() or any(char in name for char in " \u3000") or name.strip() == name
    assert names.file_name(name) == name


REFUSED: list[tuple[Any, dict[str, str], int, str]] = [
    (one("a.txt", b"x" * 10_001), {}, 413, "upload_max_bytes = 10,000"),
    ([*one("a"), *one("b"), *one("c"), *one("d")], {}, 413, "upload_max_files = 3"),
    (one("a.txt", b""), {}, 422, "a.txt: is empty"),
    ([*one("a.txt"), *one("A.TXT")], {}, 422, "given twice"),
    (one("a.txt"), {"colour": "red"}, 422, "no field 'colour'"),
    (one("a.txt"), {"effective_date": "31.5.2024"}, 422, "give it as 2024-05-31"),
    (one("a.txt"), {"revision": "x" * 65}, 422, "at most 64"),
    (one("a.txt"), {"groups": "*"}, 422, "'*' is no name"),
    (one("a.txt"), {"folder": "/".join("abcdefghi")}, 422, "at most 8"),
    ([("files", ("", b"x", "text/plain"))], {}, 422, "no file in the request"),
    (one("a.txt"), {"revision": "y" * 70_000}, 413, "65,536 bytes"),
]


async def test_what_is_refused_leaves_nothing_behind(client: httpx.AsyncClient, tmp_path: Path) -> None:
    for files, form, status, said in REFUSED:
        response = await client.post("/v1/documents", files=files, data=form)
        assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json"), said
        assert said in response.json()["detail"]
        assert stored(tmp_path) == {}
        assert not list((tmp_path / "inbox").glob("*"))
    assert (await client.get("/v1/ingestions")).json()["ingestions"] == []


async def test_no_other_site_adds_documents(client: httpx.AsyncClient, tmp_path: Path) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        response = await client.post("/v1/documents", files=one("a.txt"), headers=headers)
        assert (response.status_code, "another site" in response.json()["detail"]) == (403, True)
    assert stored(tmp_path) == {}
    own = {"Origin": "http://test", "Sec-Fetch-Site": "same-origin"}
    assert (await client.post("/v1/documents", files=one("a.txt"), headers=own)).status_code == 202


async def test_what_is_no_whole_form_is_refused(client: httpx.AsyncClient, tmp_path: Path) -> None:
    half = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhalf of'
    for content, kind in (
        (half, "multipart/form-data; boundary=b"),
        (b"no form", "multipart/form-data; boundary=b"),
        (b"{}", "application/json"),
        (half, "multipart/form-data"),
    ):
        response = await client.post("/v1/documents", content=content, headers={"Content-Type": kind})
        assert response.status_code == 422, response.text
        assert stored(tmp_path) == {}


async def test_too_much_is_refused_before_it_is_read(client: httpx.AsyncClient) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 5_000_000:
            sent += 1000
            yield b"x" * 1000

    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": "5000000"}
    response = await client.post("/v1/documents", content=body(), headers=headers)
    assert response.status_code == 413


@pytest.fixture
def limited(client: httpx.AsyncClient) -> Iterator[httpx.AsyncClient]:
    app = client._transport.app  # type: ignore[attr-defined]
    caller = Caller(name="ana", groups=frozenset({"plant"}), areas=frozenset({"north"}))
    app.dependency_overrides[service_module.caller] = lambda: caller
    yield client
    app.dependency_overrides.clear()


LABELLED = [
    ({"groups": "plant", "areas": "north"}, 202, ""),
    ({"groups": "plant,board", "areas": "north"}, 403, "'board' is not yours"),
    ({"groups": "plant", "areas": "south"}, 403, "'south' is not yours"),
    ({"areas": "north"}, 422, "groups: none named"),
    ({"groups": "plant"}, 422, "areas: none named"),
]


async def test_nobody_labels_for_others(limited: httpx.AsyncClient, tmp_path: Path) -> None:
    for form, status, said in LABELLED:
        response = await limited.post("/v1/documents", files=one("a.txt"), data=form)
        assert response.status_code == status, form
        assert said in response.text
        assert len(stored(tmp_path)) == 1  # the first one's


async def test_a_run_is_seen_by_who_asked_for_it(limited: httpx.AsyncClient) -> None:
    own = (await limited.post("/v1/documents", files=one("a.txt"), data={"groups": "plant", "areas": "north"})).json()[
        "ingestion"
    ]["id"]
    foreign = ingestions.create(database(limited), caller="bo", action="ingest", request={"paths": ["/x"]}).id
    assert [run["id"] for run in (await limited.get("/v1/ingestions")).json()["ingestions"]] == [own]
    for path in (f"/v1/ingestions/{foreign}", f"/v1/ingestions/{foreign}/events"):
        assert (await limited.get(path)).status_code == 404
    assert (await limited.get(f"/v1/ingestions/{own}")).status_code == 200


async def test_runs_are_paged_the_newest_first(client: httpx.AsyncClient) -> None:
    sent = [(await client.post("/v1/documents", files=one(f"{n}.txt"))).json()["ingestion"]["id"] for n in range(5)]
    got, cursor = [], ""
    while True:
        page = (await client.get("/v1/ingestions", params={"limit": 2, "cursor": cursor})).json()
        got += [run["id"] for run in page["ingestions"]]
        if not (cursor := page["next"] or ""):
            break
    assert got == sent[::-1]
    assert (await client.get("/v1/ingestions", params={"cursor": "soon"})).status_code == 400


def test_what_a_crash_left_in_the_inbox_goes_after_a_while(tmp_path: Path) -> None:
    for name, age in (("old", inbox.KEEP_SECONDS + 60), ("needed", inbox.KEEP_SECONDS + 60), ("new", 0.0)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.txt").write_bytes(b"x")
        at = folder.stat().st_mtime - age
        os.utime(folder, (at, at))
    inbox.sweep(tmp_path, [tmp_path / "needed"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["needed", "new"]


def test_only_uploads_are_taken_for_uploads(tmp_path: Path) -> None:
    mine = {"paths": [str(tmp_path.resolve() / "u1" / "a.txt")]}
    assert inbox.folder_of(tmp_path, mine) == tmp_path.resolve() / "u1"
    assert inbox.folder_of(tmp_path / "inbox", mine) is None
    assert inbox.folder_of(tmp_path, {"document_ids": ["d"]}) is None
