"""Runs in, one HTML document out."""

from collections.abc import Sequence

from evals.html import answers, retrieval
from evals.html.page import page
from evals.runs import RETRIEVAL, Run
from retrieval.errors import BadInput


def report(runs: Sequence[Run]) -> str:
    """Raises ``BadInput`` where they are of two kinds."""
    kinds = {run.kind for run in runs}
    if len(kinds) > 1:
        raise BadInput("a report shows runs of one kind: retrieval or answers, not both")
    names = ", ".join(dict.fromkeys(str(run.content["dataset"]["name"]) for run in runs))
    kind = kinds.pop()
    title = f"{'Retrieval' if kind == RETRIEVAL else 'Answers'}: {names}"
    parts = retrieval.sections(runs) if kind == RETRIEVAL else answers.sections(runs)
    return page(title, " against ".join(run.title for run in runs), parts)
