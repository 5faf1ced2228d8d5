"""``python -m evals fit --dataset DIR --golden FILE.jsonl --out weights.csv``: the second look's weights."""

import argparse
import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from evals.console import finish, progress, say
from evals.record import Clock
from evals.settings import EvalSettings, eval_settings
from retrieval.errors import BadDocument, BadSetting
from retrieval.settings import RetrievalSettings

if TYPE_CHECKING:
    from evals.candidates import Query
    from evals.dataset import GoldenQuestion
    from evals.fitting import Compared, Group, Pool
    from evals.golden_search import GoldenSearch

_FOLDS = 5
_SPLIT = "train"


class Fit:
    name = "fit"
    help = "weights of the second look's signals, from labelled questions of the train split; never from test ones"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--dataset", type=Path, action="append", default=[], metavar="DIR", help="BEIR; repeatable")
        parser.add_argument("--golden", type=Path, metavar="FILE.jsonl", help="over the plant's index; its train split")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv", help="the weights, by signal")
        parser.add_argument("--split", default=_SPLIT, metavar="NAME", help=f"of a folder: qrels/NAME.tsv ({_SPLIT})")
        parser.add_argument(
            "--share-golden", type=float, default=0.5, metavar="0..1", help="what --golden counts beside folders (0.5)"
        )
        parser.add_argument("--queries", type=int, default=0, metavar="N", help="of a set at most, sampled (all)")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the weights and all measures there")

    def run(self, chosen: argparse.Namespace) -> int:
        from evals.fitting import fit_table, write_weights

        clock = Clock()
        _check(chosen)
        settings, retrieval = eval_settings()
        content = _fitted(chosen, settings, retrieval)
        tables = {"evals": settings.model_dump(), "retrieval": retrieval.model_dump()}
        write_weights(chosen.out, content["weights"])
        finish({**content, "run": clock.record(tables, chosen.arguments)}, fit_table(content), chosen.json)
        say(f"{len(content['weights'])} weights: {chosen.out}; [retrieval] relevance_weights takes them")
        return 0


def _check(chosen: argparse.Namespace) -> None:
    """Before hours of work. Raises ``BadSetting``."""
    if not chosen.dataset and not chosen.golden:
        raise BadSetting("nothing to fit on; give --dataset, --golden or both")
    if chosen.split == "test":
        raise BadSetting('--split test: weights are fitted on the train split; on "test" they are to be measured')
    if not 0 <= chosen.share_golden <= 1:
        raise BadSetting(f"--share-golden {chosen.share_golden:g}: give a share from 0 to 1")
    if chosen.queries < 0:
        raise BadSetting(f"--queries {chosen.queries}: give a number from 1, or leave it out for all")
    folders = [folder.resolve() for folder in chosen.dataset]
    if twice := next((folder for folder in folders if folders.count(folder) > 1), None):
        raise BadSetting(f"--dataset {twice}: named twice; it would count twice")
    try:
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"{chosen.out}: {error.strerror}; give --out a file that can be written") from None
    if chosen.out.is_dir() or not os.access(chosen.out if chosen.out.exists() else chosen.out.parent, os.W_OK):
        raise BadSetting(f"{chosen.out}: can't be written; give --out a file that can be")


@dataclass(frozen=True, slots=True)
class _Folder:
    """``about``: for the JSON."""

    about: dict[str, Any]
    queries: "Sequence[Query]"

    def pools(self) -> "list[Pool]":
        return [query.pool for query in self.queries if query.fitted]

    def held(self) -> "list[Query]":
        return [query for query in self.queries if not query.fitted]


def _fitted(chosen: argparse.Namespace, settings: EvalSettings, retrieval: RetrievalSettings) -> dict[str, Any]:
    """``{kind, weights, sets: [{name, ..., fitted_on, measured_on, measured}], share_golden, ...}``"""
    from evals.beir import load_beir
    from evals.fitting import L2, Group, fit

    questions = _questions(chosen)
    loaded = [load_beir(folder, chosen.split) for folder in chosen.dataset]  # all are checked before one is searched
    folders = [_searched(dataset, chosen.queries, settings, retrieval) for dataset in loaded]
    share = (chosen.share_golden if folders else 1.0) if questions else 0.0
    groups = [Group((1 - share) / len(folders), folder.pools()) for folder in folders]
    rows = []
    if questions:
        weights, row = asyncio.run(_with_golden(chosen.golden, questions, retrieval, groups, share))
        rows.append(row)
    else:
        weights = fit(groups)
    rows += _of_folders(folders, weights)
    return {"kind": "fit", "weights": weights, "sets": rows, "share_golden": share, "l2": L2, "folds": _FOLDS}


def _questions(chosen: argparse.Namespace) -> "list[GoldenQuestion]":
    """Those of the train split that search must find something for. Raises ``BadDocument``, ``BadSetting``."""
    from evals.dataset import load_golden, of_split
    from evals.fitting import sampled
    from evals.golden_search import must_find

    if chosen.golden is None:
        return []
    loaded = load_golden(chosen.golden)
    if left := sum(question.split == "test" for question in loaded):
        say(f"questions of the test split, left out: {left}")
    questions = [question for question in of_split(loaded, _SPLIT) if must_find(question)]
    if not questions:
        reason = "no question of the train split that search must find evidence for (expected_tools, gold_evidence)"
        raise BadDocument(str(chosen.golden), reason, remedy="name another file")
    return [questions[place] for place in sampled(len(questions), chosen.queries)]


def _searched(dataset: Any, most: int, settings: EvalSettings, retrieval: RetrievalSettings) -> _Folder:
    from evals.beir_search import Searcher
    from evals.candidates import of_folder
    from evals.corpus import cache_folder, open_index
    from retrieval.legs._chosen import chosen_legs

    folder, legs = cache_folder(retrieval, dataset), chosen_legs(retrieval)
    with progress() as start, open_index(dataset, legs, settings, folder, start(f"{dataset.name}: passages")) as index:
        searcher = Searcher.over(index, retrieval)
        queries = of_folder(dataset, searcher, most, start(f"{dataset.name}: queries"))
    return _Folder({"name": dataset.name, "split": dataset.split, "sha256": dataset.sha256}, queries)


def _of_folders(folders: Sequence[_Folder], weights: dict[str, float]) -> list[dict[str, Any]]:
    """Their held-back halves, and all of them together."""
    rows = [_row(one.about, len(one.pools()), _compared(one.held(), weights)) for one in folders]
    if len(folders) > 1:
        held = [query for folder in folders for query in folder.held()]
        fitted = sum(len(folder.pools()) for folder in folders)
        rows.append(_row({"name": "all folders, query by query"}, fitted, _compared(held, weights)))
    return rows


def _compared(queries: "Sequence[Query]", weights: dict[str, float]) -> "list[Compared]":
    from evals.fitting import Compared, order

    return [
        Compared(
            query.relevant,
            query.found(range(len(query.documents))),
            query.found(order(query.pool, weights)),
            query.gold,
        )
        for query in queries
    ]


def _row(about: dict[str, Any], fitted: int, compared: "Sequence[Compared]") -> dict[str, Any]:
    from evals.fitting import gains

    return {**about, "fitted_on": fitted, "measured_on": len(compared), "measured": gains(compared)}


async def _with_golden(
    file: Path,
    questions: "Sequence[GoldenQuestion]",
    retrieval: RetrievalSettings,
    groups: "Sequence[Group]",
    share: float,
) -> tuple[dict[str, float], dict[str, Any]]:
    """The weights, from ``groups`` and all questions; and what they gain on questions on facts they were not fitted
    to, fold by fold."""
    from evals.candidates import of_golden
    from evals.fitting import Group, fit
    from evals.golden_search import open_golden_search
    from evals.jsonl import sha256_of
    from retrieval.knowledge import open_knowledge

    plain = retrieval.model_copy(update={"relevance": False, "reranker": {}})
    knowledge = await asyncio.to_thread(open_knowledge, plain, holder="evals")
    try:
        async with open_golden_search(knowledge, most=plain.candidates) as golden:
            with progress() as start:
                pools = await of_golden(knowledge, golden, questions, start(f"{file.name}: candidates"))
            weights = fit([*groups, Group(share, [pool for own in pools for pool in own])])
            compared = await _folded(questions, pools, golden, plain, groups, share)
    finally:
        await asyncio.to_thread(knowledge.close)
    about = {"name": file.name, "split": _SPLIT, "sha256": sha256_of([file])}
    return weights, _row(about, len(questions), compared)


async def _folded(
    questions: "Sequence[GoldenQuestion]",
    pools: "Sequence[Sequence[Pool]]",
    golden: "GoldenSearch",
    plain: RetrievalSettings,
    groups: "Sequence[Group]",
    share: float,
) -> "list[Compared]":
    """Through the whole search, as the service asks it; ``plain``: without the second look. Nothing where there is one
    fact alone."""
    from evals.fitting import Compared, Group, fit, folds, write_weights
    from evals.ways import Way

    sought = golden.sought(questions)
    fold = folds([one.cluster for one in sought], _FOLDS)
    if len(fold) < 2:
        return []
    compared = []
    with TemporaryDirectory(prefix="fit-") as folder, progress() as start:
        for number in sorted(set(fold.values())):
            held = [place for place, one in enumerate(sought) if fold[one.cluster] == number]
            rest = [pool for place, own in enumerate(pools) if place not in held for pool in own]
            weights = Path(folder) / f"{number}.csv"
            try:
                write_weights(weights, fit([*groups, Group(share, rest)]))
            except BadSetting:  # the other folds teach nothing
                continue
            fitted = plain.model_copy(update={"relevance": True, "relevance_weights": weights})
            ways, tick = {"fused": Way(plain), "fitted": Way(fitted)}, start(f"fold {number + 1}")
            found = await golden.search_all([questions[place] for place in held], ways, tick)
            for place, before, after in zip(held, found["fused"], found["fitted"], strict=True):
                compared.append(Compared(sought[place].relevant, before.found, after.found, sought[place].cluster))
    return compared


COMMAND = Fit()
