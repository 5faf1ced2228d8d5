"""``python -m evals sweep --dataset DIR|FILE.jsonl --grid FILE.toml``: the settings that search best, on train."""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from evals.console import finish, progress, say
from evals.ranking import Ranking, Sought
from evals.record import Clock
from evals.settings import EvalSettings, eval_settings
from evals.sweep import Tried, combinations, load_grid, measured, sweep_table
from retrieval.errors import BadSetting
from retrieval.settings import RetrievalSettings
from retrieval.stores.base import VectorStore


class Sweep:
    name = "sweep"
    help = "weights, rrf_k and candidates by values in a file, on the train split; the best goes to JSON"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--dataset", type=Path, required=True, metavar="DIR|FILE.jsonl")
        parser.add_argument("--grid", type=Path, required=True, metavar="FILE.toml")
        parser.add_argument("--split", default="train", metavar="NAME")
        parser.add_argument("--metric", default="ndcg@10", help="that decides (ndcg@10)")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write all combinations and the best there")
        parser.add_argument("--on-test-i-know", action="store_true", help=argparse.SUPPRESS)

    def run(self, chosen: argparse.Namespace) -> int:
        clock = Clock()
        if chosen.split != "train" and not chosen.on_test_i_know:
            raise BadSetting(
                f'--split {chosen.split}: settings are chosen on the train split; what is chosen on "{chosen.split}" '
                "says nothing there any more; --on-test-i-know does it all the same"
            )
        settings, retrieval = eval_settings()
        grid = load_grid(chosen.grid)
        tried = combinations(grid, retrieval)
        beir = chosen.dataset.suffix != ".jsonl" or chosen.dataset.is_dir()
        search = partial(_folder, chosen, settings) if beir else partial(_golden, chosen)
        questions, about, tried = search(retrieval, tried)
        tables = {"evals": settings.model_dump(), "retrieval": retrieval.model_dump()}
        content: dict[str, Any] = {
            "kind": "sweep",
            "dataset": about,
            "queries": len(questions),
            **measured(tried, questions, chosen.metric),
            "run": clock.record(tables, chosen.arguments),
        }
        finish(content, sweep_table(content), chosen.json)
        say("best: " + ", ".join(f"{name} = {value:g}" for name, value in content["best"]["values"].items()))
        return 0


Found = tuple[list[Sought], dict[str, str], list[Tried]]


def _folder(
    chosen: argparse.Namespace, settings: EvalSettings, retrieval: RetrievalSettings, tried: Sequence[Tried]
) -> Found:
    from evals.beir import load_beir
    from evals.beir_search import Searcher, sought
    from evals.corpus import cache_folder, open_index
    from evals.remembered import RememberedEncoder, RememberedStore
    from retrieval.legs._chosen import chosen_legs

    dataset = load_beir(chosen.dataset, chosen.split)
    legs, folder = chosen_legs(retrieval), cache_folder(retrieval, dataset)
    with progress() as start, open_index(dataset, legs, settings, folder, start("passages")) as index:
        most = max(Searcher.over(index, one.settings).candidates for one in tried)
        store = cast(VectorStore, RememberedStore(index.store, most))
        encoders = {name: RememberedEncoder(partial(lambda held: held, held)) for name, held in index.encoders.items()}
        remembering, tick = replace(index, store=store, encoders=encoders), start("combinations")
        done = []
        for one in tried:
            searcher = Searcher.over(remembering, one.settings)
            done.append(one._replace(rankings=[searcher.fused(query) for query in dataset.queries]))
            tick(len(done), len(tried))
        about = {"name": dataset.name, "split": dataset.split, "sha256": dataset.sha256}
        return sought(dataset, index), about, done


def _golden(chosen: argparse.Namespace, retrieval: RetrievalSettings, tried: Sequence[Tried]) -> Found:
    return asyncio.run(_golden_found(chosen, retrieval, tried))


async def _golden_found(chosen: argparse.Namespace, retrieval: RetrievalSettings, tried: Sequence[Tried]) -> Found:
    from evals.dataset import load_golden, of_split
    from evals.golden_search import must_find, open_golden_search
    from evals.jsonl import sha256_of
    from evals.ways import Way
    from retrieval.knowledge import open_knowledge

    questions = [one for one in of_split(load_golden(chosen.dataset), chosen.split) if must_find(one)]
    about = {"name": chosen.dataset.name, "split": chosen.split, "sha256": sha256_of([chosen.dataset])}
    knowledge = await asyncio.to_thread(open_knowledge, retrieval, holder="evals")
    try:
        async with open_golden_search(knowledge, most=max(one.settings.candidates for one in tried)) as searcher:
            ways = {str(place): Way(one.settings) for place, one in enumerate(tried)}
            with progress() as start:
                ranked: dict[str, list[Ranking]] = await searcher.search_all(questions, ways, start("searches"))
            done = [one._replace(rankings=ranked[str(place)]) for place, one in enumerate(tried)]
            return searcher.sought(questions), about, done
    finally:
        await asyncio.to_thread(knowledge.close)


COMMAND = Sweep()
