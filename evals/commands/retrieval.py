"""``python -m evals retrieval --dataset DIR|FILE.jsonl``: search against a BEIR folder or golden questions."""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.console import finish, progress, say, warn
from evals.record import Clock
from evals.report import retrieval_table
from evals.settings import EvalSettings, eval_settings
from retrieval.errors import BadSetting
from retrieval.rerank import LEG as RERANKED
from retrieval.settings import RetrievalSettings

_RESERVED = frozenset(
    {"ways", "queries", "documents", "passages", "dataset", "settings", "rankings", "intervals", "run"}
)


class Retrieval:
    name = "retrieval"
    help = "search, against a folder in the BEIR layout or the plant's index against golden questions"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--dataset", type=Path, required=True, metavar="DIR|FILE.jsonl")
        parser.add_argument("--split", default="", metavar="NAME", help="train or test; of a folder: qrels/NAME.tsv")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers and rankings there")
        parser.add_argument("--legs", metavar="NAME,NAME", help="these legs instead of the settings'; of a folder only")

    def run(self, chosen: argparse.Namespace) -> int:
        clock = Clock()
        settings, retrieval = eval_settings()
        if chosen.dataset.suffix == ".jsonl" and not chosen.dataset.is_dir():
            if chosen.legs:
                raise BadSetting("--legs is for folders: the plant's index has the legs that it was built with")
            content = asyncio.run(_golden(chosen, retrieval))
        else:
            content = _folder(chosen, settings, with_legs(retrieval, chosen.legs))
        tables = {"evals": settings.model_dump(), "retrieval": retrieval.model_dump()}
        finish({**content, "run": clock.record(tables, chosen.arguments)}, retrieval_table(content), chosen.json)
        if content["unscored_queries"]:
            say(f"{content['unscored_queries']} of {content['queries']} queries have no relevant document: unscored")
        if lost := _not_reranked(content, retrieval):
            warn(
                f"the reranker gave nothing for {lost} of {content['queries']} queries: these stand as they were fused"
            )
            return 1
        return 0


def _not_reranked(content: Mapping[str, Any], retrieval: RetrievalSettings) -> int:
    """The service's search goes on without a reranker that fails: a measure of it must not."""
    if not retrieval.reranker or "index" not in content:
        return 0
    tops = [row["top"] for row in content["rankings"] if row["top"]]
    return sum(not any(RERANKED in hit["legs"] for hit in top) for top in tops)


def with_legs(retrieval: RetrievalSettings, names: str | None) -> RetrievalSettings:
    """Raises ``BadSetting``."""
    if not names:
        return retrieval
    legs = tuple(name.strip() for name in names.split(",") if name.strip())
    if taken := sorted(_RESERVED.intersection(legs)):
        raise BadSetting(f'no leg may be called "{taken[0]}": the JSON has another use for it')
    return retrieval.model_copy(update={"legs": legs})


def _folder(chosen: argparse.Namespace, settings: EvalSettings, retrieval: RetrievalSettings) -> dict[str, Any]:
    from evals.beir import DEFAULT_SPLIT, load_beir
    from evals.beir_search import Searcher, described, search_all, sought
    from evals.corpus import cache_folder, open_index
    from evals.ranking import summarise
    from retrieval.legs._chosen import chosen_legs

    dataset = load_beir(chosen.dataset, chosen.split or DEFAULT_SPLIT)
    folder, legs = cache_folder(retrieval, dataset), chosen_legs(retrieval)
    with progress() as start, open_index(dataset, legs, settings, folder, start("passages")) as index:
        searcher = Searcher.over(index, retrieval)
        ways = search_all(dataset, searcher, start("queries"))
        found = summarise(sought(dataset, index), ways)
        return {"kind": "retrieval", **found, **described(dataset, searcher, settings.window_pieces)}


async def _golden(chosen: argparse.Namespace, retrieval: RetrievalSettings) -> dict[str, Any]:
    from evals.dataset import load_golden, of_split
    from evals.golden_search import described, must_find, open_golden_search
    from evals.jsonl import sha256_of
    from evals.ranking import summarise
    from evals.ways import ways_of
    from retrieval.errors import BadDocument
    from retrieval.knowledge import open_knowledge

    questions = [one for one in of_split(load_golden(chosen.dataset), chosen.split) if must_find(one)]
    if not questions:
        reason = "no question that search must find evidence for (expected_tools, gold_evidence)"
        raise BadDocument(str(chosen.dataset), reason, remedy="name another file or split")
    knowledge = await asyncio.to_thread(open_knowledge, retrieval, holder="evals")
    try:
        async with open_golden_search(knowledge) as searcher:
            with progress() as start:
                ways = ways_of(retrieval, knowledge.legs)
                ranked = await searcher.search_all(questions, ways, start("questions"))
            found = summarise(searcher.sought(questions), ranked)
            about = {"name": chosen.dataset.name, "sha256": sha256_of([chosen.dataset]), "split": chosen.split}
            return {"kind": "retrieval", **found, **described(knowledge), "dataset": about}
    finally:
        await asyncio.to_thread(knowledge.close)


COMMAND = Retrieval()
