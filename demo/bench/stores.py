"""The embedded store with the default legs and settings, on clustered passages: searches, compaction, memory, recall, a rival.

``python -m demo bench stores [--passages 10000,100000] [--full]``
"""

import argparse
import os
import shutil
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from demo.bench import WORK
from demo.bench._clusters import BLOCK, EPOCH, NARROW, PARTIAL, USUAL, Asked, Clusters
from demo.bench._exact import exact, recall
from demo.bench._rival_store import compare
from demo.bench._watch import Watched, cpu_seconds, resident_mb, watching
from retrieval.knowledge import schema_of
from retrieval.legs._chosen import chosen_legs
from retrieval.legs.base import LANGUAGES
from retrieval.models import Caller
from retrieval.probes import probes, routes
from retrieval.settings import RetrievalSettings
from retrieval.stores import edge
from retrieval.stores._plan import fuse
from retrieval.stores.base import Probe, Scored, Where

SIZES, FULL, RIVAL = (10_000, 100_000), 1_000_000, 10_000
ROUNDS = 1000  # searches that are timed
SLOW_ROUNDS = 200  # where each takes long
EXACT = 200  # questions whose recall is measured
FRESH = 10_000  # passages written before the second compaction, from 100,000 on
_PACE_SECONDS = 0.05  # between searches while a compaction runs
_QUIET_SECONDS = 5.0
_TOP = 10
_TEXT = "How often is this to be done?"  # a question that names nothing by its code: all legs count


class Bench:
    """One store of ``count`` passages, filled, compacted and asked; closed and removed at the end."""

    def __init__(self, count: int, settings: RetrievalSettings, folder: Path, options: Mapping[str, str]) -> None:
        self.count, self.settings, self.folder = count, settings, folder
        self.legs = chosen_legs(settings)
        self.clusters = Clusters(self.legs)
        self.asked = self.clusters.questions(ROUNDS, count)
        self.store = edge.STORE.open(folder, schema_of(self.legs), options)

    def probes(self, asked: Asked) -> list[Probe]:
        """As ``Search`` makes them."""
        return probes(self.legs, routes(self.legs, self.settings, _TEXT, asked.language), asked.vectors)

    def query(self, asked: Sequence[Probe], caller: Caller = USUAL, limit: int | None = None) -> list[Scored]:
        most, k = self.settings.candidates, self.settings.rrf_k
        return self.store.query(caller, EPOCH, asked, where=Where(), limit=limit or most, candidates=most, rrf_k=k)

    def run(self) -> None:
        made = [len(self.probes(one)) for one in self.asked[:2]]
        print(f"   {self.count:,} passages; {made[0]} probes of an English question, {made[1]} of a Chinese one; load {os.getloadavg()[0]:.1f}", flush=True)
        self._fill(0, self.count)
        self._searches("before a compaction", SLOW_ROUNDS if self.count <= 100_000 else SLOW_ROUNDS // 4)
        self._compact("the first compaction, of all")
        self._searches("compacted", ROUNDS)
        self._searches("compacted, a caller who may see 0.5 %", SLOW_ROUNDS, NARROW)
        self._threads()
        self._recall("", USUAL)
        self._recall(", a caller who may see 17 %", PARTIAL)
        if self.count >= 100_000:
            self._fill(self.count, self.count + FRESH)
            self._searches(f"with {FRESH:,} fresh ones", ROUNDS)
            self._compact(f"a compaction of {FRESH:,} fresh ones")
        self._searches("in the end", ROUNDS)

    def close(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _fill(self, start: int, stop: int) -> None:
        taken = 0.0
        with _bar(f"writing {stop - start:,}", stop - start) as step, watching() as watched:
            for block in self.clusters.points(stop, start):
                began = time.perf_counter()
                self.store.upsert(block)
                taken += time.perf_counter() - began
                step(len(block))
            began = time.perf_counter()
            self.store.flush()
            taken += time.perf_counter() - began
        print(f"   upsert of {stop - start:,}: {taken:.1f} s, {(stop - start) / taken:,.0f} a second; {self._cost(watched)}", flush=True)

    def _searches(self, what: str, rounds: int, caller: Caller = USUAL) -> None:
        made = [self.probes(one) for one in self.asked[:rounds]]
        for one in made[:20]:
            self.query(one, caller)
        began = cpu_seconds(self.store.engine_pid)
        taken = [_ms(partial(self.query, one, caller)) for one in made]
        cpu = (cpu_seconds(self.store.engine_pid) - began) / len(made) * 1000
        print(f"   search, {what}: {spread(taken)}; {cpu:.1f} ms of CPU each; load {os.getloadavg()[0]:.1f}", flush=True)

    def _threads(self, threads: int = 4) -> None:
        shares = [[self.probes(one) for one in self.asked[number::threads]] for number in range(threads)]
        workers = [threading.Thread(target=lambda share=share: [self.query(one) for one in share]) for share in shares]
        began = time.perf_counter()
        for one in workers:
            one.start()
        for one in workers:
            one.join()
        print(f"   {threads} threads: {len(self.asked) / (time.perf_counter() - began):.0f} searches/s", flush=True)

    def _compact(self, what: str) -> None:
        """Searches at a person's pace meanwhile; what they and the interpreter suffer without a compaction is shown beside it."""
        until = time.monotonic() + _QUIET_SECONDS
        with watching() as idle:
            quiet = self._paced(lambda: time.monotonic() < until)
        began, worker = time.monotonic(), threading.Thread(target=self.store.compact)
        with watching() as watched:
            worker.start()
            busy = self._paced(worker.is_alive)
            worker.join()
        ended = self.store.compaction
        print(f"   {what}: {ended.state}{f' ({ended.reason})' if ended.reason else ''} in {time.monotonic() - began:.1f} s; {self._cost(watched)}")
        print(f"     searches meanwhile: {spread(busy)}; longest pause of the interpreter {watched.longest_gap_ms:.0f} ms")
        print(f"     for {_QUIET_SECONDS:.0f} s before it:  {spread(quiet)}; longest pause of the interpreter {idle.longest_gap_ms:.0f} ms", flush=True)

    def _paced(self, going_on: Callable[[], bool]) -> list[float]:
        taken: list[float] = []
        while going_on():
            taken.append(_ms(partial(self.query, self.probes(self.asked[len(taken) % ROUNDS]))))
            time.sleep(_PACE_SECONDS)
        return taken

    def _recall(self, who: str, caller: Caller) -> None:
        """Of the fused list, too: exact lists of the dense legs fused with the store's own of the others, which it searches exactly."""
        asked = self.asked[:EXACT]
        fused: list[list[tuple[Probe, list[tuple[str, float]]]]] = [[] for _ in asked]
        rows = []
        for leg in dict.fromkeys(probe.leg for one in asked[:2] for probe in self.probes(one)):
            for asking, language in product(LANGUAGES, LANGUAGES):
                chosen = [(number, probe) for number, one in enumerate(asked) if one.language == asking
                          for probe in self.probes(one) if probe.leg == leg and probe.language == language]
                if not chosen:
                    continue
                found = [[(one.id, one.legs[leg]) for one in self.query([probe], caller)] for _, probe in chosen]
                wanted = found
                if (stored := chosen[0][1].stored) in self.clusters.dense:
                    vectors = [asked[number].vectors[leg] for number, _ in chosen]
                    wanted = exact(self.clusters, self.count, vectors, caller, stored, language, self.settings.candidates)
                    rows.append(f"{leg} {asking}-{language} {recall(_ids(found), _ids(wanted)):.4f}")
                for (number, probe), best in zip(chosen, wanted, strict=True):
                    fused[number].append((probe, best))
        wanted_ids = [[one.id for one in fuse(parts, limit=_TOP, rrf_k=self.settings.rrf_k)] for parts in fused]
        found_ids = [[one.id for one in self.query(self.probes(one), caller, _TOP)] for one in asked]
        print(f"   recall@{_TOP} against exact search{who}, {len(asked)} questions: {'; '.join(rows)}; fused {recall(found_ids, wanted_ids):.4f}", flush=True)

    def _cost(self, watched: Watched) -> str:
        pid = self.store.engine_pid
        disk = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()) / 2**20
        return f"resident {resident_mb(pid):,.0f} MB (without mapped files {resident_mb(pid, 'RssAnon'):,.0f}), peak of the store's processes {watched.peak_mb:,.0f} MB; disk {disk:,.0f} MB"


def spread(taken: Sequence[float]) -> str:
    """Milliseconds as text."""
    if not taken:
        return "none"
    ordered = sorted(taken)
    return f"p50 {statistics.median(ordered):.2f} ms, p99 {ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]:.2f}, slowest {ordered[-1]:.1f}, of {len(ordered)}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.bench.stores")
    parser.add_argument("folder", nargs="?", help="of the demo plant, not needed here")
    parser.add_argument("--passages", type=lambda text: tuple(int(one) for one in text.split(",")), default=SIZES)
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} passages, too: takes most of an hour and 15 GB of memory")
    parser.add_argument("--option", action="append", default=[], metavar="KEY=VALUE", help="of the store, in place of its default")
    chosen = parser.parse_args(arguments)
    options = dict(one.split("=", 1) for one in chosen.option)
    settings = RetrievalSettings()
    for count in (*chosen.passages, *((FULL,) if chosen.full else ())):
        if count % BLOCK:
            raise SystemExit(f"demo: --passages {count}: give multiples of {BLOCK:,}")
        folder = WORK / "stores" / str(count)
        shutil.rmtree(folder, ignore_errors=True)
        bench = Bench(count, settings, folder, options)
        try:
            bench.run()
            if count == RIVAL:
                compare(bench)
        finally:
            bench.close()


def _ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _ids(found: Sequence[Sequence[tuple[str, float]]]) -> list[list[str]]:
    return [[id for id, _ in one[:_TOP]] for one in found]


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=total)
        yield lambda done: bars.advance(task, done)


if __name__ == "__main__":
    main()
