"""The steps of one answer, strung on a llama-index Workflow: resolve, gather, judge, phrase and verify.

Each step is short; what it decides stands in the pure functions that it calls. What a client is to see while it waits
goes out as ``Out`` events.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from workflows import Context as Run
from workflows import Workflow, step
from workflows.events import Event, StartEvent, StopEvent

from app.agent import choose as choosing
from app.agent import notices as noticing
from app.agent.draft import Draft
from app.agent.events import emitter, out, placed, stage
from app.agent.evidence import Evidence, gather_evidence
from app.agent.gather import Gathered, gather, plan
from app.agent.judge import Verdict, coverage, judge
from app.agent.known import Known, Names
from app.agent.resolve import options, resolve
from app.agent.tell import Teller
from app.agent.texts import say
from app.agent.wholes import best_of, whole
from app.api.wire import Answer, Clarification, Notice, Question
from app.llm.base import LanguageModel
from app.llm.queue import Turnstile
from app.settings import AppSettings
from app.tools._measurements import measurements
from app.tools.base import Context, Tool
from retrieval.errors import Transient
from retrieval.models import Caller
from retrieval.sql.documents import parent_passages
from retrieval.sql.sections import continuations, section_warnings
from retrieval.terms import terms


@dataclass(frozen=True)
class Parts:
    """What an answer is made with; built once in ``main``."""

    settings: AppSettings
    model: LanguageModel
    turnstile: Turnstile
    tools: Mapping[str, Tool]
    context: Context
    names: Names


class Understood(Event):
    known: Any  # Known


class Found(Event):
    known: Any


class Judged(Event):
    verdict: Verdict


class Told(StopEvent):
    answer: Answer


class AnswerWorkflow(Workflow):
    """One instance answers one question."""

    def __init__(self, parts: Parts, question: Question, caller: Caller, draft: Draft, earlier: list[str]) -> None:
        super().__init__(timeout=parts.settings.answer_deadline_seconds)
        self.parts, self.question, self.caller, self.draft, self.earlier = parts, question, caller, draft, earlier

    @step
    async def resolve(self, run: Run, event: StartEvent) -> Understood | Told:
        stage(run, "resolve")
        known = await self.parts.names.known(self.caller)
        resolved = resolve(
            self.question.question,
            known.register,
            now=datetime.now(UTC),
            language=self.question.language,
            earlier=self.earlier,
            measured=bool(measurements(self.question.question).quantities),
            chosen=self.question.filters.tags,
        )
        self.draft.resolved, self.draft.language = resolved, resolved.language
        self.draft.mark("resolve")
        if resolved.must_ask:
            choices = options(resolved)
            asked = say("which", resolved.language, options=", ".join(choices))
            self.draft.notices += noticing.of_tags(resolved) if "documents" in resolved.kinds else []
            return Told(
                answer=self.draft.finish(
                    "clarify", text=asked, clarification=Clarification(question=asked, options=choices)
                )
            )
        return Understood(known=known)

    @step
    async def gather(self, run: Run, event: Understood) -> Found:
        stage(run, "gather")
        assert self.draft.resolved is not None
        settings = self.parts.settings
        planned = plan(
            self.draft.resolved,
            event.known,
            search_deadline=settings.search_deadline_seconds,
            tool_deadline=settings.tool_deadline_seconds,
            filters=self.question.filters,
        )
        found = await gather(planned, self.parts.tools, self.caller, self.parts.context, emitter(run))
        self._keep(run, found)
        self.draft.mark("gather")
        return Found(known=event.known)

    def _keep(self, run: Run, found: Gathered) -> None:
        """What was found goes into the draft; readings and what is wrong with them are shown at once."""
        now = datetime.now(UTC)
        if found.readings:
            self.draft.readings += [noticing.reading_out(reading, now) for reading in found.readings]
            self.draft.notices += noticing.of_readings(
                found.readings, self.draft.language, now, self.parts.settings.stale_after_seconds
            )
            self.draft.mark("first_evidence")
            out(run, "readings", {"readings": [reading.model_dump(mode="json") for reading in self.draft.readings]})
        for failure in found.failed:
            self.draft.notices.append(
                Notice(kind="degraded", text=say("part_failed", self.draft.language, what=failure))
            )
        self.draft.found = self.draft.found.plus(found)
        if self.parts.settings.trace:
            hits = [*found.hits, *(hit for fact in found.facts for hit in (fact.hit, *fact.also) if hit)]
            out(run, "found", {"passages": [hit.passage.model_dump(mode="json") for hit in hits]})

    @step
    async def judge(self, run: Run, event: Found) -> Judged | Told:
        stage(run, "judge")
        draft, settings = self.draft, self.parts.settings
        assert draft.resolved is not None
        verdict = judge(draft.resolved, draft.found.facts, draft.found.hits, sufficiency=settings.sufficiency)
        if (
            not verdict.enough
            and verdict.reason == "not_covered"
            and self.parts.model.phrases
            and await self._choose(run, event.known)
        ):
            verdict = judge(draft.resolved, draft.found.facts, draft.found.hits, sufficiency=settings.sufficiency)
        draft.cite(
            gather_evidence(
                draft.resolved.question,
                draft.found.facts if verdict.enough else [],
                verdict.hits,
                count=settings.evidence_count,
                chars=settings.evidence_chars,
                continuations=await asyncio.to_thread(
                    continuations, self.parts.context.database, self.caller, verdict.hits, epoch=draft.epoch
                ),
            )
        )
        draft.mark("judge")
        if settings.trace:
            out(run, "judged", verdict.model_dump(mode="json", exclude={"hits"}))
        if any(piece.hit for piece in draft.evidence):
            draft.mark("first_evidence")
            out(
                run,
                "citations",
                {"citations": [c.model_dump(mode="json") for p in draft.evidence for c in p.citations()]},
            )
        if verdict.enough:
            draft.notices += noticing.of_tags(draft.resolved)
            return Judged(verdict=verdict)
        return Told(answer=draft.finish("abstained", text=_abstention(verdict, draft), cite_all=True))

    async def _choose(self, run: Run, known: Known) -> bool:
        """Let the model pick one more tool; what it finds counts only where it covers the question."""
        draft, settings = self.draft, self.parts.settings
        assert draft.resolved is not None
        if not draft.resolved.tags or not await self.parts.model.ready():
            return False
        async with self.parts.turnstile.turn(placed(run)):
            call = await choosing.choose(
                draft.resolved, known, self.parts.tools, self.parts.model, deadline=settings.tool_deadline_seconds
            )
        if call is None or (call.tool == "read_tags" and draft.resolved.stated):
            return False  # what a value should be is not what it reads now
        found = await gather([call], self.parts.tools, self.caller, self.parts.context, emitter(run))
        said = "\n".join(fact.text for fact in found.facts)
        enough = bool(found.facts) and coverage(terms(draft.resolved.question), said) >= settings.sufficiency
        self._keep(run, found if enough else Gathered(calls=found.calls))
        return enough

    @step
    async def phrase(self, run: Run, event: Judged) -> Told:
        """Phrase and verify: each sentence is checked as it comes, see ``Teller``."""
        whole = await self._whole()
        teller = Teller(self.draft, self.parts.settings, lambda name, data: out(run, name, data))
        model = self.parts.model
        if model.phrases and await model.ready():
            await self._generate(run, model, teller)
        elif model.phrases:
            teller.degraded("no_model")
        teller.complete(whole)
        self.draft.mark("phrase")
        await self._safety()
        for notice in self.draft.notices:
            out(run, "notice", notice.model_dump(mode="json"))
        return Told(answer=self.draft.finish("answered"))

    async def _generate(self, run: Run, model: LanguageModel, teller: Teller) -> None:
        preview = teller.preview()
        try:
            async with (
                asyncio.timeout(self.parts.settings.phrase_deadline_seconds),
                self.parts.turnstile.turn(placed(run, preview)),
            ):
                stage(run, "phrase", preview=preview)
                await teller.generate(model)
        except (Transient, TimeoutError):
            teller.degraded("no_model")

    async def _whole(self) -> list[Evidence]:
        """What a small model must not retell: a procedure's steps in order, the causes and remedies of a symptom."""
        draft, database = self.draft, self.parts.context.database
        assert draft.resolved is not None
        kind = "steps" if draft.resolved.procedure else "table" if draft.resolved.cause else ""
        hits = [piece.hit for piece in draft.evidence if piece.hit and piece.hit.passage.kind == kind]
        best = best_of(hits, terms(draft.resolved.question))
        if best is None:
            return []
        passages = await asyncio.to_thread(
            parent_passages, database, self.caller, best.passage.parent_id, epoch=draft.epoch
        )
        first = max(piece.number for piece in draft.evidence) + 1
        pieces = whole(best, passages, terms(draft.resolved.question), first)
        if draft.resolved.cause and not draft.resolved.procedure:  # rows of other symptoms only mislead the model
            draft.evidence = [p for p in draft.evidence if p.fact or not p.hit or p.hit.passage.kind != "table"]
        facts = sum(1 for piece in draft.evidence if piece.fact)
        draft.evidence[facts:facts] = [piece for piece in pieces if piece not in draft.evidence]
        return pieces

    async def _safety(self) -> None:
        """Quote the warnings of the sections that the answer cites."""
        cited = {id_ for sentence in self.draft.sentences for id_ in sentence.citation_ids}
        hits = [piece.hit for piece in self.draft.evidence if piece.hit and not cited.isdisjoint(piece.citation_ids)]
        warnings = await asyncio.to_thread(
            section_warnings, self.parts.context.database, self.caller, hits, epoch=self.draft.epoch
        )
        last = max((piece.number for piece in self.draft.evidence), default=0)
        shown, pieces = noticing.of_safety(warnings, last + 1)
        self.draft.notices += shown
        self.draft.cite(pieces)


def _abstention(verdict: Verdict, draft: Draft) -> str:
    if draft.found.failed:
        return say("not_looked_up", draft.language, what="; ".join(draft.found.failed))
    if verdict.reason == "unknown_tag":
        return say("unknown_tag", draft.language, missing=", ".join(verdict.missing))
    words = [term for term in verdict.missing if not term.startswith("=")]
    return say("abstain", draft.language, missing=", ".join(words)) if words else say("abstain_plain", draft.language)
