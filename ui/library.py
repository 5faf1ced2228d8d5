"""The service's documents over HTTP: listed, sent, followed, read, deleted."""

from collections.abc import Iterable, Mapping
from typing import IO, Any, cast
from urllib.parse import quote

import httpx

from ui.client import Client
from ui.models import Document, FileFailure, Ingestion, Table, Text

_UPLOAD = httpx.Timeout(30, connect=3, write=120, read=300)  # the answer comes when all is on the service's disk


class Library:
    """Each call raises ``ServiceError``."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def page(
        self, *, text: str = "", kind: str = "", cursor: str = "", limit: int = 50
    ) -> tuple[list[Document], str | None]:
        """Documents by title, and what continues the list; None at its end."""
        asked = {"q": text, "kind": kind, "cursor": cursor}
        query: dict[str, str | int] = {"limit": limit, **{name: value for name, value in asked.items() if value}}
        body = self._get("/v1/documents", query)
        return cast(list[Document], body["documents"]), body.get("next")

    def send(self, files: Iterable[tuple[str, IO[bytes]]], fields: Mapping[str, str]) -> Ingestion:
        """Files by name, read from where they stand; fields that are empty are left out."""
        parts = [("files", (name, file, "application/octet-stream")) for name, file in files]
        said = {name: value for name, value in fields.items() if value}
        response = self._client.request("POST", "/v1/documents", files=parts, data=said, timeout=_UPLOAD)
        return cast(Ingestion, response.json()["ingestion"])

    def delete(self, document_id: str, *, keep_history: bool) -> Ingestion:
        query = {"history": "keep" if keep_history else "drop"}
        response = self._client.request("DELETE", _of(document_id), params=query)
        return cast(Ingestion, response.json()["ingestion"])

    def ingestions(self, limit: int = 10) -> list[Ingestion]:
        """The newest first."""
        return cast(list[Ingestion], self._get("/v1/ingestions", {"limit": limit})["ingestions"])

    def failures(self) -> list[FileFailure]:
        """Files that are not in the index, and why."""
        return cast(list[FileFailure], self._get("/v1/ingestions/failures")["failures"])

    def document(self, document_id: str) -> Document:
        return cast(Document, self._get(_of(document_id)))

    def revisions(self, document_id: str) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self._get(f"{_of(document_id)}/revisions")["revisions"])

    def original(self, document_id: str) -> bytes:
        return self._client.request("GET", f"{_of(document_id)}/original", timeout=_UPLOAD).content

    def text(self, document_id: str, *, first: int = 0, limit: int = 20, place: int | None = None) -> Text:
        """Passages from position ``first`` on (from 0); or those beside a line or paragraph (``place``, from 1)."""
        query = {"first": first, "limit": limit} if place is None else {"place": place}
        return cast(Text, self._get(f"{_of(document_id)}/text", query))

    def tables(self, document_id: str) -> list[Table]:
        return cast(list[Table], self._get(f"{_of(document_id)}/tables")["tables"])

    def table(self, document_id: str, name: str, *, first: int = 1, limit: int = 50) -> tuple[Table, int | None]:
        """With rows from number ``first`` on, and the number that continues them; None at the end."""
        body = self._get(f"{_of(document_id)}/tables/{quote(name, safe='')}", {"first": first, "limit": limit})
        return cast(Table, body["table"]), body["next"]

    def _get(self, path: str, query: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        return cast(dict[str, Any], self._client.request("GET", path, params=query).json())


def _of(document_id: str) -> str:
    return f"/v1/documents/{quote(document_id, safe='')}"
