"""Plantwright's own verification as a judge: no model. An answer is right where the service would have let every
sentence of it out; a refusal where the service would not have answered from this evidence either."""

import hashlib
import re
from functools import cache
from pathlib import Path

from app.agent import fits, judge, verify
from app.agent.evidence import Evidence
from app.agent.resolve import Resolved
from app.settings import AppSettings
from evals.endpoint import Chooser
from evals.judges.base import LABELS, CaseEvidence, Judge, JudgeCase, Label, Verdict
from evals.refusals import refuses
from evals.settings import EvalSettings
from retrieval.models import Hit, PageLocator, Passage
from retrieval.tags import find, fold
from retrieval.terms import language_of
from retrieval.wording import quantities, standing, units

_SENTENCES = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n+")


class Code:
    name = "code"
    labels: frozenset[Label] = frozenset(LABELS)
    needs_model = False

    def version(self) -> str:
        return _sources()

    def thresholds(self, settings: EvalSettings) -> dict[str, float]:
        return {"sufficiency": _sufficiency(), "claim_share": verify.CLAIM_SHARE, "own_share": verify.OWN_SHARE}

    async def verdict(self, case: JudgeCase, chooser: Chooser | None, settings: EvalSettings) -> Verdict:
        hits = [_hit(piece, number) for number, piece in enumerate(case.evidence, 1)]
        if refuses(case.answer):
            found = judge.judge(_resolved(case), (), hits, sufficiency=_sufficiency())
            return Verdict(right=not found.enough, score=found.coverage, reason=f"coverage {found.coverage:.2f}")
        pieces = [
            Evidence(number=number, quote=piece.quote, heading=piece.heading, hit=hit)
            for number, (piece, hit) in enumerate(zip(case.evidence, hits, strict=True), 1)
        ]
        for sentence in filter(str.strip, _SENTENCES.split(case.answer)):
            checked = verify.verify(sentence, pieces, case.question, case.language)
            failed = [f"{check.name}: {check.detail}" for check in checked.checks if not check.passed]
            if not checked.kept:
                return Verdict(right=False, score=0.0, reason="; ".join(failed))
        return Verdict(right=True, score=1.0)


def _resolved(case: JudgeCase) -> Resolved:
    tags = tuple(mention.tag for mention in find(fold(case.question)))
    return Resolved(
        question=case.question,
        language=case.language,
        tags=tags,
        ambiguous={},
        unknown=(),  # a case comes without a register
        kinds=frozenset({"documents"}),
    )


def _hit(piece: CaseEvidence, number: int) -> Hit:
    passage = Passage(
        id=f"p{number}",
        document_id=piece.document or f"d{number}",
        parent_id=f"p{number}",
        position=number,
        kind="table" if "\n" in piece.quote and "|" in piece.quote else "text",
        text=piece.quote,
        heading_path=(piece.heading,) if piece.heading else (),
        locator=PageLocator(page=piece.page or 1, regions=()),
        language=language_of(piece.quote),
        tags=tuple(dict.fromkeys((*piece.tags, *(mention.tag for mention in find(fold(piece.quote)))))),
    )
    return Hit(passage=passage, title=piece.document, score=1.0 / number)


@cache
def _sufficiency() -> float:
    return AppSettings().sufficiency


@cache
def _sources() -> str:
    """A hash over the code that judges."""
    digest = hashlib.sha256()
    for module in (fits, judge, quantities, standing, units, verify):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:16]


JUDGE: Judge = Code()
