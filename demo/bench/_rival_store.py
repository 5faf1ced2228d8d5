"""The same vectors and the same filter through llama-index's QdrantVectorStore: hybrid, in Qdrant's local mode, in one run with ours."""

import shutil
import statistics
import time
from typing import TYPE_CHECKING

from demo.bench import WORK
from demo.bench.rival import theirs
from retrieval.stores.base import Probe

if TYPE_CHECKING:
    from demo.bench.stores import Bench

DENSE, SPARSE = "dense", "keyword"  # its hybrid search has one leg of each kind
ROUNDS = 100


def compare(bench: "Bench") -> None:
    """Their two legs against the same two of ours, and against all default legs. Both stores return 40 passages."""
    work = WORK / "stores" / "llama_index"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    found = theirs("demo.bench._llama_index_store", str(work), str(bench.count), str(ROUNDS))
    shutil.rmtree(work, ignore_errors=True)
    english = [one for one in bench.asked if one.language == "en"][:ROUNDS]
    two = [[Probe(leg, one.vectors[leg], "en") for leg in (DENSE, SPARSE)] for one in english]
    timed = {"the same two legs": _p50(bench, two), "all default legs": _p50(bench, [bench.probes(one) for one in english])}
    print(f"   llama-index's QdrantVectorStore, hybrid, filtered, {bench.count:,} passages: p50 {found['p50']:.1f} ms, written in {found['write']:.1f} s", flush=True)
    for what, ms in timed.items():
        print(f"     Plantwright, {what}: p50 {ms:.2f} ms: {found['p50'] / ms:.0f} times as fast", flush=True)


def _p50(bench: "Bench", made: list[list[Probe]]) -> float:
    taken = []
    for one in made:
        began = time.perf_counter()
        bench.query(one)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)
