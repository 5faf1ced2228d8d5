"""Servers of embeddings and rerankers: one client, its retries, and its failures in one line without the key."""

import ipaddress
import os
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from retrieval.errors import BadSetting, Unavailable
from retrieval.settings import Section

if TYPE_CHECKING:
    from openai import OpenAI

_CONNECT_SECONDS = 5.0


class EndpointOptions(Section):
    """A key comes from a file or from the variable that is named; no other key of the environment is ever sent."""

    base_url: str
    model: str = Field(min_length=1)
    api_key_file: Path | None = None
    api_key_env: str = ""
    timeout_seconds: float = Field(60.0, gt=0, le=3600)
    retries: int = Field(4, ge=0, le=20)  # after 408, 409, 429, 5xx or no connection; a Retry-After <= 60 s is kept
    concurrency: int = Field(4, ge=1, le=256)  # requests at once
    extra_body: Mapping[str, Any] = Field(
        default_factory=dict
    )  # for what only some servers know: truncate_prompt_tokens = -1


class Endpoint:
    """Opened at the first request. Used from many threads at once."""

    def __init__(self, table: str, options: EndpointOptions) -> None:
        """``table`` is where it is set. Raises ``BadSetting``."""
        self.url = options.base_url.rstrip("/")
        self._options, self._key = options, _key(table, options)
        self._host = _host(table, self.url)
        self._opening = threading.Lock()
        self._places = threading.BoundedSemaphore(options.concurrency)
        self._client: OpenAI | None = None

    def post(
        self, path: str, body: Mapping[str, Any], *, retries: int | None = None, timeout_seconds: float | None = None
    ) -> Any:
        """The reply's JSON. Blocks. ``retries`` and ``timeout_seconds`` may be less than the settings', not more.

        Raises ``Unavailable`` in one line.
        """
        import httpx
        import openai

        patience = min(timeout_seconds or self._options.timeout_seconds, self._options.timeout_seconds)
        client = self._opened().with_options(
            max_retries=self._options.retries if retries is None else min(retries, self._options.retries),
            timeout=httpx.Timeout(patience, connect=min(_CONNECT_SECONDS, patience)),
        )
        try:
            with self._places:
                found: Any = client.post(
                    path, cast_to=object, body={"model": self._options.model, **body, **self._options.extra_body}
                )
        except (openai.APITimeoutError, httpx.TimeoutException):
            raise self.failed(f"no reply within {patience:g} s") from None
        except openai.APIStatusError as error:
            raise self.failed(f"HTTP {error.status_code}: {_told(error.body) or error.message}") from None
        except openai.APIConnectionError as error:
            raise self.failed(f"no connection ({error.__cause__ or error})") from None
        except (openai.OpenAIError, httpx.HTTPError) as error:
            raise self.failed(str(error)) from None
        except ValueError:
            raise self.failed("the reply is not JSON") from None
        if not isinstance(found, Mapping):
            raise self.failed("the reply is not a JSON object")
        return found

    def failed(self, why: str) -> Unavailable:
        """The error to raise: one line, which says the key never, though a server may repeat it."""
        secret = self._key.get_secret_value()
        told = " ".join(why.split())
        return Unavailable(f"{self.url}: {told.replace(secret, '***') if secret else told}"[:400])

    def _opened(self) -> "OpenAI":
        with self._opening:
            if self._client is None:
                self._client = self._open()
                weakref.finalize(self, self._client.close)
            return self._client

    def _open(self) -> "OpenAI":
        import httpx
        from openai import OpenAI

        # A proxy of the environment is never meant for this machine itself.
        http = httpx.Client(trust_env=not _is_loopback(self._host), follow_redirects=True)
        return OpenAI(
            base_url=self.url,
            api_key=self._key.get_secret_value() or "none",
            max_retries=self._options.retries,
            http_client=http,
        )


def _key(table: str, options: EndpointOptions) -> SecretStr:
    key = ""
    if options.api_key_file is not None:
        try:
            key = options.api_key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise BadSetting(f"[{table}] api_key_file: {options.api_key_file} cannot be read: {reason}") from None
    elif options.api_key_env:
        key = os.environ.get(options.api_key_env, "")
        if not key:
            raise BadSetting(f"[{table}] api_key_env: the variable {options.api_key_env} is not set")
    if not (key.isascii() and key.isprintable()):
        raise BadSetting(f"[{table}] api_key_file: what stands there is no key; it must be one line of ASCII")
    return SecretStr(key)


def _host(table: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise BadSetting(f"[{table}] base_url: not a URL; write it like http://127.0.0.1:8001/v1")
    if parts.username or parts.password:
        raise BadSetting(f"[{table}] base_url: no name or password in it; put the key into api_key_file")
    return host


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _told(body: object) -> str:
    """The message in an error's JSON, as OpenAI, vLLM, Cohere or Jina put it."""
    if isinstance(body, Mapping):
        inner = body.get("error")
        found = inner if isinstance(inner, Mapping) else body
        return str(found.get("message") or found.get("detail") or "")
    return ""
