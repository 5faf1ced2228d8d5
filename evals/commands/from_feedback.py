"""``from-feedback FEEDBACK.jsonl --out drafts.jsonl``: golden drafts from what people said of answers."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from evals.commands.base import Command
from evals.console import say, warn
from evals.feedback import Feedback, golden_drafts, read_feedback, with_answer
from evals.indexed import file_name
from evals.jsonl import write_objects
from evals.settings import eval_settings
from retrieval.errors import BadDocument
from retrieval.models import Caller
from retrieval.settings import RetrievalSettings


class FromFeedback:
    name = "from-feedback"
    help = "drafts of golden questions from people's feedback on answers (JSON lines; see docs/judges.md)"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("feedback", type=Path, metavar="FEEDBACK.jsonl")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl")

    def run(self, chosen: argparse.Namespace) -> int:
        _, retrieval = eval_settings()
        good, bad = read_feedback(chosen.feedback)
        for line in bad:
            warn(f"{chosen.feedback}, line {line.line}: {line.reason}; the line was left out")
        if not good:
            raise BadDocument(str(chosen.feedback), "no line is feedback", remedy="correct the lines named above")
        rows = golden_drafts(_completed(good, retrieval))
        write_objects(chosen.out, rows)
        bare = sum(row["expected_status"] == "answered" and not row["gold_facts"] for row in rows)
        say(f"{len(rows)} drafts of {len(good)} words of feedback written to {chosen.out}, {len(bad)} lines left out")
        if bare:
            say(f"{bare} of them have no fact yet: nobody said what the right answer is")
        say('look at each, correct it, set "accepted" to true; python -m evals validate names those left')
        return 1 if bad else 0


def _completed(feedback: Sequence[Feedback], retrieval: RetrievalSettings) -> list[Feedback]:
    """With the citations of answers that the service of this plant keeps, where feedback names them by id."""
    if not any(one.answer_id for one in feedback) or not retrieval.database.exists():
        return list(feedback)
    from retrieval.sql import answers, documents
    from retrieval.sql.engine import Database

    database, caller = Database.open(retrieval.database), Caller.local()
    try:
        files = {one.id: file_name(one.path) for one in documents.list_documents(database, caller)}
        kept = {one.answer_id: answers.get(database, caller, one.answer_id) for one in feedback if one.answer_id}
        responses = {id_: row["response"] for id_, row in kept.items() if row and row["response"]}
    finally:
        database.close()
    return [
        with_answer(one, responses[one.answer_id], files) if one.answer_id in responses else one for one in feedback
    ]


COMMAND: Command = FromFeedback()
