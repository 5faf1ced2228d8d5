"""An answer in the making: what is known so far, and the clock of its stages."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.agent.evidence import Evidence
from app.agent.gather import Gathered
from app.agent.resolve import Resolved
from app.api.wire import Answer, Clarification, Mode, Notice, ReadingOut, Sentence, Status, Timings
from retrieval.models import Language


@dataclass
class Draft:
    """Filled by the steps of one run, in order; ``finish`` makes the wire's Answer of it."""

    id: str
    epoch: int
    model: str
    language: Language = "en"
    resolved: Resolved | None = None
    found: Gathered = field(default_factory=Gathered)
    evidence: list[Evidence] = field(default_factory=list)
    readings: list[ReadingOut] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    dropped: int = 0
    timings: Timings = field(default_factory=Timings)
    started: float = field(default_factory=time.perf_counter)

    def mark(self, stage: str) -> None:
        """Note the milliseconds since the start, once a stage."""
        if getattr(self.timings, stage) is None:
            setattr(self.timings, stage, round((time.perf_counter() - self.started) * 1000, 1))

    def cite(self, pieces: Sequence[Evidence]) -> None:
        self.evidence += [piece for piece in pieces if piece not in self.evidence]

    def finish(
        self, status: Status, *, text: str = "", clarification: Clarification | None = None, cite_all: bool = False
    ) -> Answer:
        """Only what a sentence or a notice cites is listed, unless ``cite_all``."""
        self.mark("total")
        cited = {id_ for sentence in self.sentences for id_ in sentence.citation_ids}
        cited |= {notice.citation_id for notice in self.notices if notice.citation_id}
        citations = [
            citation for piece in self.evidence for citation in piece.citations() if cite_all or citation.id in cited
        ]
        return Answer(
            id=self.id,
            index_epoch=self.epoch,
            model=self.model,
            language=self.language,
            status=status,
            mode=self._mode(),
            answer=text or self._text(),
            sentences=self.sentences,
            clarification=clarification,
            citations=citations,
            readings=self.readings,
            results=list(self.found.results),
            tool_calls=list(self.found.calls),
            notices=self.notices,
            dropped_sentences=self.dropped,
            timings_ms=self.timings,
        )

    def _text(self) -> str:
        """The sentences as one text; what has lines of its own stands apart."""
        space = "" if self.language == "zh" else " "
        parts = [
            f"\n{sentence.text}\n" if "\n" in sentence.text else sentence.text + space for sentence in self.sentences
        ]
        return "".join(parts).strip()

    def _mode(self) -> Mode:
        if any(sentence.source == "model" for sentence in self.sentences):
            return "generated"
        only = bool(self.sentences) and all(s.reading_tags and not s.citation_ids for s in self.sentences)
        return "readings_only" if only else "extractive"
