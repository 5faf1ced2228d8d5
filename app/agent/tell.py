"""Phrase and verify: the model's sentences checked as they come, and what they leave out added by code."""

import logging
import re
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any

from app.agent.draft import Draft
from app.agent.evidence import Evidence
from app.agent.phrase import extractive, fact_sentence, for_prompt, messages, quote_sentence, sentences
from app.agent.texts import say
from app.agent.verify import verify
from app.api.wire import Notice, Sentence
from app.llm.base import LanguageModel
from app.settings import AppSettings
from retrieval.tags import find, fold
from retrieval.wording.quantities import missing

log = logging.getLogger(__name__)
_CLOCK = re.compile(r"\b\d\d:\d\d:\d\d\b")


class Teller:
    """Fills a draft with sentences; ``out`` shows each to the client at once."""

    def __init__(self, draft: Draft, settings: AppSettings, out: Callable[[str, dict[str, Any]], None]) -> None:
        assert draft.resolved is not None
        self.draft, self.settings, self.question, self._out = draft, settings, draft.resolved.question, out
        self._wrong_number = False  # the model named one: then the source itself says what is right

    def preview(self) -> list[dict[str, Any]]:
        """The extractive answer, for who waits."""
        found = extractive(self.question, self.draft.evidence, self.draft.language)
        return [sentence.model_dump(mode="json") for sentence in found]

    async def generate(self, model: LanguageModel) -> None:
        """The model's sentences, those that hold; once more from the best piece alone where none did."""
        shown = for_prompt(self.draft.evidence, budget=self.settings.prompt_budget)
        for pieces in (shown, shown[:1]):
            prompt = messages(self.question, pieces, self.draft.language)
            async with aclosing(sentences(model, prompt, max_tokens=self.settings.answer_tokens)) as replies:
                async for raw in replies:
                    self._take(raw)
            if self.draft.sentences:
                return

    def complete(self, whole: Sequence[Evidence]) -> None:
        """What the model did not say: facts that must be stated, what is shown whole, or the evidence's own words."""
        if not self.draft.sentences and self.draft.dropped:
            self.degraded("nothing_verified")
        if not whole and (not self.draft.sentences or self._wrong_number):
            for sentence in extractive(self.question, self.draft.evidence, self.draft.language):
                if all(sentence.text != told.text for told in self.draft.sentences):
                    self._tell(sentence)
        for piece in self._unstated():
            self._tell(fact_sentence(piece))
        shown = "\n".join(sentence.text for sentence in self.draft.sentences)
        for piece in whole:
            if piece.quote not in shown:
                self._tell(quote_sentence(piece))

    def degraded(self, why: str) -> None:
        self.draft.notices.append(Notice(kind="degraded", text=say(why, self.draft.language)))

    def _take(self, raw: str) -> None:
        draft = self.draft
        verified = verify(raw, draft.evidence, self.question, draft.language)
        if not verified.kept:
            draft.dropped += 1
            self._wrong_number |= any(check.name == "numbers" and not check.passed for check in verified.checks)
            failed = "; ".join(f"{check.name} {check.detail}" for check in verified.checks if not check.passed)
            log.info("answer %s: dropped %r: %s", draft.id, verified.text, failed)
            if self.settings.trace:
                self._out("dropped", {"text": verified.text, "failed": failed})
        elif all(verified.text != sentence.text for sentence in draft.sentences):
            if verified.translated and not any(notice.kind == "translation_unchecked" for notice in draft.notices):
                text = say("translated", draft.language)
                draft.notices.append(Notice(kind="translation_unchecked", text=text))
            self._tell(verified.sentence())
        draft.mark("verify")

    def _tell(self, sentence: Sentence) -> None:
        self.draft.sentences.append(sentence)
        self.draft.mark("first_sentence")
        self._out("sentence", sentence.model_dump(mode="json"))

    def _unstated(self) -> list[Evidence]:
        """Facts that must be stated and whose tags or numbers stand in no sentence; the clock time of a reading stands
        beside it anyway."""
        stated = "\n".join(sentence.text for sentence in self.draft.sentences)
        tags = {mention.tag for mention in find(fold(stated))}
        facts = [piece for piece in self.draft.evidence if piece.fact and piece.fact.must_state]
        return [
            piece
            for piece in facts
            if not {mention.tag for mention in find(fold(piece.said))} <= tags
            or missing(_CLOCK.sub("", piece.said), stated)
        ]
