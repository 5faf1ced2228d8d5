"""Compaction, blue and green: a copy is optimized in a process of its own, catches up, and takes the store's place.

What is the store at each moment, and so what a kill leaves behind:

1. The folder is copied under the write lock, as a crash would leave it; from here on writes go into a journal, too.
2. A process of low priority optimizes the copy, checks what its graph finds (``recall``) and ends.
3. A second one opens the copy as the next store will be; the journal is done to it until little is left.
4. Under the write lock: the rest of the journal, a flush, and the pointer is replaced (``places``).
5. Searches go to the new process; the old one ends when its last answer is given; the old folder is removed.

Until the pointer is replaced the old folder is the store and has every write; from then on the new one is and has every
write, too. The next start removes whichever isn't.
"""

import logging
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.stores._edge.client import EngineError, EngineProcess, Gone, Stopped
from retrieval.stores._edge.journal import Journal
from retrieval.stores._edge.messages import Weak
from retrieval.stores._edge.places import size, sync_tree
from retrieval.stores.base import Compaction

if TYPE_CHECKING:
    from retrieval.stores.edge import EdgeStore

log = logging.getLogger(__name__)
Step = Callable[[str, int], None]  # name of the step that begins, id of the process that does it (0: this one)
_ROOM = 2.2  # a copy and what optimizing it takes for a while, in sizes of the store
_FEW = 8  # entries of the journal that writers may wait for


class _Failed(Exception):
    """One line."""


def no_step(name: str, pid: int) -> None:
    """For nobody who looks on."""


def run(store: "EdgeStore", step: Step, stopped: Callable[[], bool]) -> None:
    """Sets ``store.compaction``, first to running and then to how it ended. Raises nothing but what ``step`` does."""
    began = time.monotonic()

    def tell(name: str, pid: int = 0) -> None:
        store.compaction = Compaction("running", name, time.monotonic() - began)
        step(name, pid)

    try:
        changed = _compact(store, tell, stopped)
    except Stopped:
        ended = Compaction("failed", "", time.monotonic() - began, "it was stopped or took too long")
    except (_Failed, EngineError, Gone, OSError) as error:
        reason = str(error) or "the engine's process has ended"
        ended = Compaction("failed", "", time.monotonic() - began, reason)
    except Exception as error:  # else it would be running for ever
        log.exception("%s: compaction", store.places.folder)
        ended = Compaction("failed", "", time.monotonic() - began, f"{type(error).__name__}: {error}")
    else:
        ended = Compaction("done" if changed else "needless", "", time.monotonic() - began)
    store.compaction = ended
    if ended.state == "failed":
        log.error("%s: compaction failed, the store goes on as it was: %s", store.places.folder, ended.reason)
    else:
        log.info("%s: compaction %s after %.1f s", store.places.folder, ended.state, ended.seconds)


def _compact(store: "EdgeStore", tell: Callable[..., None], stopped: Callable[[], bool]) -> bool:
    before, copy = store.places.current(), store.places.fresh()
    deadline = time.monotonic() + store.options.compaction_timeout_seconds

    def given_up() -> bool:
        return stopped() or time.monotonic() > deadline

    _check_room(before)
    try:
        tell("copy")
        _copy(store, before, copy)
        if not _optimize(store, copy, tell, given_up):
            return False
        tell("load")
        live = EngineProcess(store.start_of(copy))
        try:
            tell("replay", live.pid)
            _replay(store, live, given_up)
            sync_tree(copy)  # most of it while nobody waits
            with store.writing:
                old = _take_over(store, live, copy, tell)
        except BaseException:
            if store.places.current() != copy:
                live.kill()
            raise
        tell("retire the old one", live.pid)
        if old is not None:
            old.retire(close=False)
        shutil.rmtree(before, ignore_errors=True)
        tell("done", live.pid)
        return True
    finally:
        _drop_journal(store)
        if store.places.current() != copy:
            shutil.rmtree(copy, ignore_errors=True)


def _check_room(folder: Path) -> None:
    needed, free = size(folder) * _ROOM, shutil.disk_usage(folder).free
    if free < needed:
        raise _Failed(f"it takes {needed / 1e6:.0f} MB on the disk for a while and {free / 1e6:.0f} MB are free")


def _copy(store: "EdgeStore", before: Path, copy: Path) -> None:
    """As a crash would leave it: what the engine has acknowledged is in its log. Only writers wait."""
    with store.writing, store.reviving:  # nor may an engine that is begun anew replay its log into what is read here
        store.journal = Journal(store.places.folder)
        shutil.copytree(before, copy)


def _optimize(store: "EdgeStore", copy: Path, tell: Callable[..., None], stop: Callable[[], bool]) -> bool:
    start = store.options.start(str(copy), store.schema, niceness=store.options.compaction_niceness)
    child = EngineProcess(start)
    try:
        tell("optimize", child.pid)
        changed = bool(child.wait("optimize", stop=stop))
        if changed and store.options.least_recall > 0:
            tell("check the copy", child.pid)
            _warn(store, child.wait("check", stop=stop))
        tell("flush the copy", child.pid)
        child.retire(close=True)
    except BaseException:
        child.kill()
        with suppress(EngineError, Gone):
            child.retire(close=False)
        raise
    return changed


def _warn(store: "EdgeStore", weak: Sequence[Weak]) -> None:
    if weak:
        log.warning(
            "%s: the search graph finds too little (%s of the nearest), so searches there are exact and slow; raise "
            "hnsw_m in [retrieval.store_options] and compact again",
            store.places.folder,
            ", ".join(f"{one.leg} {one.language} {one.recall:.2f}" for one in weak),
        )


def _replay(store: "EdgeStore", live: EngineProcess, stopped: Callable[[], bool]) -> None:
    """Until few entries are left, or as many as ever: the rest is done while writers wait."""
    behind = _waiting(store)
    while behind > _FEW:
        for _ in range(behind):
            _replay_next(store, live)
            if stopped():
                raise Stopped
        if (left := _waiting(store)) > behind // 2:
            return
        behind = left


def _waiting(store: "EdgeStore") -> int:
    return 0 if store.journal is None else store.journal.waiting


def _replay_next(store: "EdgeStore", live: EngineProcess) -> bool:
    with store.writing:
        if store.journal is None or store.journal.broken:
            raise _Failed(f"the journal of what was written meanwhile: {store.journal and store.journal.broken}")
        entry = store.journal.next()
    if entry is None:
        return False
    operation, arguments = entry
    live.call(operation, *arguments)
    return True


def _take_over(store: "EdgeStore", live: EngineProcess, copy: Path, tell: Callable[..., None]) -> EngineProcess | None:
    """Under the write lock. What raises before the pointer is replaced leaves the store as it was."""
    tell("replay the rest", live.pid)
    while _replay_next(store, live):
        pass
    live.call("flush")
    theirs, ours = live.call("count", ()), store.ask("count", ())
    if theirs != ours:
        raise _Failed(f"the copy has {theirs} points where the store has {ours}")
    sync_tree(copy)
    tell("switch", live.pid)
    with store.reviving:  # an engine that is begun anew now must not be one of the old folder
        try:
            store.places.switch(copy)
        except OSError:
            if store.places.current() != copy:
                raise  # else it stands, only not yet for certain on the disk
        old = store.swap(live)
    _drop_journal(store)
    tell("switched", live.pid)
    return old


def _drop_journal(store: "EdgeStore") -> None:
    with store.writing:
        journal, store.journal = store.journal, None
    if journal is not None:
        journal.close()
