"""What a service tells of its own work on an answer (``[app] trace``), so that an error can be laid to its step."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from pydantic import ValidationError

from app.api.wire import Citation
from retrieval.models import Passage


@dataclass(frozen=True, slots=True)
class Trace:
    """``found``: all passages that tools found. ``shown``: the evidence that phrasing saw. ``dropped``: sentences that
    verification refused, each ``{text, failed}``. ``judged``: the verdict on the evidence, empty where there is none.
    """

    found: tuple[Passage, ...] = ()
    shown: tuple[Citation, ...] = ()
    dropped: tuple[Mapping[str, str], ...] = ()
    judged: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "found": [passage.model_dump(mode="json") for passage in self.found],
            "shown": [citation.model_dump(mode="json") for citation in self.shown],
            "dropped": [dict(one) for one in self.dropped],
            "judged": dict(self.judged),
        }

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Raises ``ValueError``, ``KeyError`` or ``TypeError``."""
        return cls(
            tuple(Passage.model_validate(one) for one in value["found"]),
            tuple(Citation.model_validate(one) for one in value["shown"]),
            tuple(value["dropped"]),
            value["judged"],
        )


async def fetch_trace(client: httpx.AsyncClient, answer_id: str) -> Trace | None:
    """From the answer's events; None where the service keeps none or doesn't trace."""
    try:
        response = await client.get(f"/v1/answers/{answer_id}/events")
        response.raise_for_status()
        return trace_of(list(_events(response.text)))
    except (httpx.HTTPError, ValidationError, ValueError, KeyError, TypeError):
        return None


def trace_of(events: list[tuple[str, dict[str, Any]]]) -> Trace | None:
    """None where nothing was traced."""
    found = [one for name, data in events if name == "found" for one in data["passages"]]
    if not any(name in ("found", "judged") for name, _ in events):
        return None
    shown = [one for name, data in events if name == "citations" for one in data["citations"]]
    verdicts = [data for name, data in events if name == "judged"]
    return Trace.of_json(
        {
            "found": found,
            "shown": shown,
            "dropped": [data for name, data in events if name == "dropped"],
            "judged": verdicts[-1] if verdicts else {},
        }
    )


def _events(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and data of each event of a stream that has ended (WHATWG HTML, 9.2.6)."""
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields: dict[str, list[str]] = {}
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))
        if "data" in fields:
            yield fields.get("event", ["message"])[-1], json.loads("\n".join(fields["data"]))
