"""The service over HTTP: answers as a stream of events, evidence as pictures and rows.

A stream that breaks is taken up again where it stopped (``Last-Event-ID``), at most ``ATTEMPTS`` times in a row.
"""

import contextlib
import io
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

import httpx

from ui.models import Document, Reading, Ready, Record

DEFAULT_URL = "http://127.0.0.1:8000"
ATTEMPTS = 3
ID_HEADER = "x-answer-id"


class ServiceError(Exception):
    """The service said no, or did not answer. ``str`` is one line for a person; ``status`` is 0 when unreachable."""

    def __init__(self, line: str, status: int = 0) -> None:
        super().__init__(line)
        self.status = status


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event; ``data`` is the decoded JSON."""

    id: int | None
    name: str
    data: Any


def parse_events(chunks: Iterable[str]) -> Iterator[Event]:
    """Server-sent events out of text that arrives in any pieces.

    Lines end at CR, LF or CRLF only: ``str.splitlines`` would also cut at U+2028, which JSON may hold.
    An event that the stream's end cut off is not yielded (WHATWG HTML, 9.2.6).
    """
    newlines, rest = io.IncrementalNewlineDecoder(None, translate=True), ""
    fields: dict[str, list[str]] = {}
    for chunk in chunks:
        *lines, rest = (rest + newlines.decode(chunk)).split("\n")
        for line in lines:
            if line:
                name, _, value = line.partition(":")
                fields.setdefault(name, []).append(value.removeprefix(" "))
                continue
            if "data" in fields:
                yield _event(fields)
            fields = {}


def _event(fields: Mapping[str, list[str]]) -> Event:
    number = fields.get("id", [""])[-1]
    data = "\n".join(fields["data"])
    try:
        decoded = json.loads(data)
    except ValueError:
        raise ServiceError(f"The service sent an event that is not JSON: {data[:80]}") from None
    return Event(int(number) if number.isdigit() else None, fields.get("event", ["message"])[-1], decoded)


class AnswerStream:
    """One running answer: iterate for its events, ``cancel`` from any thread. Ends after ``done`` or ``cancel``."""

    def __init__(self, http: httpx.Client, body: Mapping[str, Any], pause_s: float) -> None:
        self._http, self._body, self._pause_s = http, body, pause_s
        self._last: int | None = None
        self._cancelled = self._told = False
        self.answer_id: str | None = None

    def __iter__(self) -> Iterator[Event]:
        """Raises ``ServiceError``."""
        failures = 0
        while not self._cancelled:
            before = self._last
            try:
                for event in self._connect():
                    yield event
                    if event.name == "done":
                        return
            except httpx.TransportError as error:
                if self.answer_id is None:
                    raise _unreachable(error) from None
            failures = 1 if self._last != before else failures + 1
            if not self._cancelled and (self.answer_id is None or failures > ATTEMPTS):
                raise ServiceError("The connection to the service was lost before the answer was complete; ask again.")
            time.sleep(self._pause_s * failures)

    def cancel(self) -> None:
        """Stop the answer on the service. Before its id is known, as soon as it is."""
        self._cancelled = True
        if self.answer_id is not None and not self._told:
            self._told = True
            with contextlib.suppress(httpx.TransportError):  # nobody listens any more: the answer ends by itself
                self._http.delete(f"/v1/answers/{quote(self.answer_id)}")

    def _connect(self) -> Iterator[Event]:
        headers = {"Accept": "text/event-stream"}
        if self.answer_id is None:
            request = self._http.build_request("POST", "/v1/answers", json=self._body, headers=headers)
        else:
            headers["Last-Event-ID"] = str(self._last or 0)
            request = self._http.build_request("GET", f"/v1/answers/{quote(self.answer_id)}/events", headers=headers)
        response = self._http.send(request, stream=True)
        try:
            if response.status_code == 503 and self.answer_id is not None:
                return  # counts as a failed attempt
            _check(response)
            self.answer_id = self.answer_id or response.headers.get(ID_HEADER)
            for event in parse_events(response.iter_text()):
                if event.id is not None and self._last is not None and event.id <= self._last:
                    continue
                yield self._take(event)
                if self._cancelled:
                    return
        finally:
            response.close()

    def _take(self, event: Event) -> Event:
        if event.name == "error":
            raise ServiceError(_problem_line(event.data), 500)
        self._last = event.id if event.id is not None else self._last
        if self._cancelled:
            self.cancel()
        return event


class Client:
    """The service at one URL. ``transport`` replaces the network in tests."""

    def __init__(self, url: str, *, transport: httpx.BaseTransport | None = None, pause_s: float = 0.5) -> None:
        # The first event waits for the resolver, later ones for a model behind a queue: the service sends comments
        # in between. No proxy: the service stands beside the UI.
        self._http = httpx.Client(
            base_url=url, transport=transport, trust_env=False, timeout=httpx.Timeout(30, connect=3, read=60)
        )
        self._pause_s = pause_s
        self.url = url

    def ask(self, question: str, *, conversation_id: str | None = None, tags: Sequence[str] = ()) -> AnswerStream:
        """Start an answer; nothing is sent before the stream is iterated."""
        body: dict[str, Any] = {"question": question, "stream": True}
        if conversation_id:
            body["conversation_id"] = conversation_id
        if tags:
            body["filters"] = {"tags": list(tags)}
        return AnswerStream(self._http, body, self._pause_s)

    def ready(self) -> Ready:
        """The state of each part, also when the service answers 503. Raises ``ServiceError`` when nothing answers."""
        response = self._get("/readyz", timeout=3, check=False)
        try:
            state = response.json()
        except ValueError:
            state = None
        if not isinstance(state, dict) or "ready" not in state:
            raise ServiceError(f"{self.url} answers, but is no Plantwright service.", response.status_code)
        return cast(Ready, state)

    def documents(self, limit: int = 100) -> list[Document]:
        """The first ones by title. ``ui.library`` leafs through all of them."""
        return cast(list[Document], self._get("/v1/documents", {"limit": limit}).json()["documents"])

    def page_png(
        self, document_id: str, page: int, regions: Sequence[Sequence[float]] = (), *, width: int = 1200
    ) -> bytes:
        """A page (1-based) as PNG, regions (x0, y0, x1, y1 as fractions) marked."""
        marked = ";".join(",".join(f"{x:.5g}" for x in region) for region in regions)
        query: dict[str, str | int] = {"width": width} | ({"regions": marked} if marked else {})
        return self._get(f"/v1/documents/{quote(document_id, safe='')}/pages/{page}.png", query).content

    def drawing_png(self, document_id: str, highlight: Sequence[str] = (), *, width: int = 1600) -> bytes:
        query: dict[str, str | int] = {"width": width} | ({"highlight": ",".join(highlight)} if highlight else {})
        return self._get(f"/v1/drawings/{quote(document_id, safe='')}.png", query).content

    def record(self, table: str, key: str) -> Record:
        return cast(Record, self._get(f"/v1/records/{quote(table, safe='')}/{quote(key, safe='')}").json())

    def tags(self) -> list[dict[str, Any]]:
        """Every live tag with its description, unit and limits."""
        body = self._get("/v1/plant/tags").json()
        return cast(list[dict[str, Any]], body["tags"] if isinstance(body, dict) else body)

    def readings(self, tags: Sequence[str]) -> list[Reading]:
        return cast(list[Reading], self._get("/v1/plant/readings", {"tags": ",".join(tags)}).json()["readings"])

    def close(self) -> None:
        self._http.close()

    def request(self, method: str, path: str, *, check: bool = True, **options: Any) -> httpx.Response:
        """Any call, with httpx's own options. Raises ``ServiceError``; not for a bad status without ``check``."""
        try:
            response = self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise _unreachable(error) from None
        if check:
            _check(response)
        return response

    def _get(
        self, path: str, query: Mapping[str, str | int] | None = None, *, timeout: float = 30, check: bool = True
    ) -> httpx.Response:
        return self.request("GET", path, check=check, params=query, timeout=timeout)


def _check(response: httpx.Response) -> None:
    if response.is_success:
        return
    response.read()
    try:
        problem = response.json()
    except ValueError:
        problem = None
    line = _problem_line(problem) or f"The service answered {response.status_code} {response.reason_phrase}."
    raise ServiceError(line, response.status_code)


def _problem_line(problem: Any) -> str:
    """RFC 9457: the title, then the detail, as one line."""
    if not isinstance(problem, dict):
        return ""
    parts = [part for name in ("title", "detail") if isinstance(part := problem.get(name), str) and part]
    return " ".join(": ".join(dict.fromkeys(parts)).split())


def _unreachable(error: Exception) -> ServiceError:
    kind = "took too long to answer" if isinstance(error, httpx.TimeoutException) else "does not answer"
    return ServiceError(f"The service {kind}.")
