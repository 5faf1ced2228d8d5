"""``[app]``: the service, and the tables of the model and the plant that it is given."""

from typing import Any

from pydantic import Field

from retrieval.settings import Section, load


class AppSettings(Section):
    """``[app.llm]`` and ``[app.plant]`` name a variant; the rest of either table is the variant's own."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    open_without_sign_in: bool = False  # allow a host beyond loopback, where a gateway checks who asks
    llm: dict[str, Any] = Field({"provider": "embedded"})
    plant: dict[str, Any] = Field({"source": "none"})
    search_deadline_seconds: float = Field(20.0, gt=0)
    tool_deadline_seconds: float = Field(10.0, gt=0)
    phrase_deadline_seconds: float = Field(240.0, gt=0)  # the wait for a turn included; then the evidence answers
    answer_deadline_seconds: float = Field(600.0, gt=0)  # of the whole answer
    orphan_seconds: float = Field(30.0, gt=0)  # an answer that nobody listens to is cancelled after this
    evidence_count: int = Field(5, ge=1, le=20)
    evidence_chars: int = Field(420, ge=100, le=4000)  # of each piece: prefill is dear
    prompt_budget: int = Field(1600, ge=200, le=100000)  # of all pieces: characters, a Chinese one counting three
    answer_tokens: int = Field(200, ge=16, le=4096)
    sufficiency: float = Field(0.6, ge=0, le=1)  # share of the question's terms that one passage must hold
    stale_after_seconds: float = Field(60.0, gt=0)
    trace: bool = False  # events also tell what was found, how it was judged and what was dropped: for evals
    upload_max_bytes: int = Field(2_000_000_000, ge=1)  # of all files of one request
    upload_max_files: int = Field(100, ge=1, le=10_000)  # of one request


def app_settings() -> AppSettings:
    return AppSettings.parse("app", load().get("app", {}))
