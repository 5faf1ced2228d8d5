"""A server that speaks /rerank as Cohere, Jina and vLLM do."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from retrieval.endpoints import Endpoint, EndpointOptions


class Options(EndpointOptions):
    """``path`` is put behind ``base_url``."""

    path: str = "/rerank"
    timeout_seconds: float = Field(10.0, gt=0, le=3600)  # the search's own deadline is shorter
    retries: int = Field(1, ge=0, le=20)


class EndpointReranker:
    """See ``Reranker``."""

    def __init__(self, options: Options) -> None:
        """Raises ``BadSetting``."""
        self._options = options
        self._endpoint = Endpoint("retrieval.reranker", options)

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """The server's ``relevance_score``. See ``Reranker``."""
        if not texts:
            return []
        body = {"query": question, "documents": list(texts), "top_n": len(texts)}
        reply = self._endpoint.post(self._options.path, body)
        try:
            scores = {int(one["index"]): float(one["relevance_score"]) for one in reply["results"]}
            found = [scores[place] for place in range(len(texts))]
        except (KeyError, TypeError, ValueError):
            found = []
        if not found or not all(map(math.isfinite, found)):
            raise self._endpoint.failed(f"the reply holds no {len(texts)} scores with their index")
        return found


class _Type:
    def make(self, options: Mapping[str, Any]) -> EndpointReranker:
        """See ``RerankerType``."""
        return EndpointReranker(Options.parse("retrieval.reranker", options))


RERANKER_TYPE = _Type()
