"""A question and what has come of its answer so far.

A thread of its own reads the stream, so that a tap on a citation redraws the page without breaking the answer.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ui.client import AnswerStream, Event, ServiceError
from ui.models import Answer, Citation, Clarification, Notice, Reading, Sentence


@dataclass
class View:
    """What the screen shows of one answer. ``apply`` folds events in; ``done`` replaces all by the whole answer."""

    stage: str = ""
    position: int | None = None  # place in the queue of the model
    preview: list[Sentence] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    clarification: Clarification | None = None
    answer: Answer | None = None  # whole, once done

    @property
    def status(self) -> str:
        return (self.answer or {}).get("status", "")

    @property
    def shown(self) -> list[Sentence]:
        """The verified sentences; until the first of them, the extractive preview."""
        return self.sentences or ([] if self.answer else self.preview)

    def apply(self, event: Event) -> None:
        data = event.data
        if event.name == "status":
            self.stage, self.position = data.get("stage", ""), data.get("position")
            self.preview = data.get("preview") or self.preview
        elif event.name in ("readings", "citations"):
            self._merge(event.name, data.get(event.name, []))
        elif event.name == "result":
            self.results = [*self.results, data]
        elif event.name == "sentence":
            self.sentences = [*self.sentences, data]
        elif event.name == "notice":
            self.notices = [*self.notices, data]
        elif event.name == "done":
            self._finish(data)

    def numbers(self) -> dict[str, int]:
        """Citation id -> the number on its chip, in the order in which the answer first uses it."""
        used = [i for sentence in self.shown for i in sentence.get("citation_ids", [])]
        used += [i for notice in self.notices if (i := notice.get("citation_id"))]
        known = {citation["id"] for citation in self.citations}
        return {i: n for n, i in enumerate(dict.fromkeys(i for i in used if i in known), 1)}

    def citation(self, citation_id: str) -> Citation:
        return next(citation for citation in self.citations if citation["id"] == citation_id)

    def _merge(self, name: str, items: list[Any]) -> None:
        """Later batches add to earlier ones; the same id or tag is replaced."""
        key = "tag" if name == "readings" else "id"
        merged = {item[key]: item for item in getattr(self, name)} | {item[key]: item for item in items}
        setattr(self, name, list(merged.values()))

    def _finish(self, answer: Mapping[str, Any]) -> None:
        for name in ("sentences", "citations", "readings", "results", "notices"):
            setattr(self, name, list(answer.get(name) or []))
        self.clarification = answer.get("clarification")
        self.answer = Answer(**answer)  # type: ignore[typeddict-item]


class Run:
    """One question in flight. ``view`` may be read from any thread: its lists are replaced, never changed."""

    def __init__(self, question: str, stream: AnswerStream) -> None:
        self.question, self.view = question, View()
        self.error: str | None = None
        self.unreachable = False
        self.stopped = False
        self._stream = stream
        self._thread = threading.Thread(target=self._read, name="answer", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive() and not self.stopped

    def stop(self) -> None:
        """Cancel on the service; what has been shown stays."""
        self.stopped = True
        self._stream.cancel()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Block until the stream has ended; False when it has not within the time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _read(self) -> None:
        try:
            for event in self._stream:
                if not self.stopped:
                    self.view.apply(event)
        except ServiceError as error:
            self.error, self.unreachable = str(error), error.status == 0
        except Exception as error:  # a thread's error would be lost: show it as one line
            self.error = f"The answer could not be read: {type(error).__name__}: {error}"
