"""Embeddings as RAGAS wants them: of an endpoint, or of the packaged multilingual encoder in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from evals.endpoint import open_client
from evals.ragas._library import quiet
from evals.settings import EvalSettings
from retrieval.errors import BadSetting

PACKAGED = "multilingual"


def embeddings_name(settings: EvalSettings) -> str:
    """What a judgement that rests on them is kept by."""
    return f"{settings.embeddings_base_url} {settings.embeddings_model}".strip() or PACKAGED


@asynccontextmanager
async def open_embeddings(settings: EvalSettings) -> AsyncIterator[Any]:
    """Raises ``BadSetting`` where an endpoint is set without a model."""
    if not settings.embeddings_base_url:
        yield _packaged()
        return
    if not settings.embeddings_model:
        raise BadSetting("[evals] embeddings_base_url is set without embeddings_model; set both")
    key = settings.judge_api_key.get_secret_value()
    async with open_client(
        settings.embeddings_base_url, key, settings.judge_timeout_seconds, settings.judge_retries
    ) as client:
        with quiet():
            from ragas.embeddings import OpenAIEmbeddings

            yield OpenAIEmbeddings(client=client, model=settings.embeddings_model)


@cache
def _packaged() -> Any:
    with quiet():
        from ragas.embeddings.base import BaseRagasEmbedding

    from retrieval.legs.multilingual import LEG

    class Packaged(BaseRagasEmbedding):
        def __init__(self) -> None:
            super().__init__()
            self._encoder = LEG.load()

        def embed_text(self, text: str, **kwargs: Any) -> list[float]:
            vector: Any = self._encoder.encode_query(text)
            return [float(value) for value in vector]

        async def aembed_text(self, text: str, **kwargs: Any) -> list[float]:
            return await asyncio.to_thread(self.embed_text, text)

    return Packaged()
