"""Tiny real models made on the spot, and a real server that speaks /embeddings and /rerank, well or badly."""

import asyncio
import base64
import hashlib
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response

KEY = "sk-secret-of-the-test"
WIDTH = 32
_WORDS = "the of a pump bearing runs hot replace grease every hours seal leak valve open suction p - 101 ##a ##b query"
_HAN = "泵的轴承温度过高润滑脂更换密封"


def vocabulary() -> list[str]:
    letters = list("abcdefghijklmnopqrstuvwxyz0123456789:.,>")
    words = [*_WORDS.split(), *dict.fromkeys(_HAN), *letters, *(f"##{letter}" for letter in letters)]
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(words)]


def make_encoder(folder: Path, *, seed: int = 0, pooling: str = "mean", prompts: dict[str, str] | None = None) -> Path:
    """A BERT of 2 layers with 32 dimensions that reads 64 pieces, saved as sentence-transformers saves it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    plain = folder.with_name(folder.name + "-plain")
    make_plain(plain, seed=seed)
    chosen: Any = pooling
    modules = [Transformer(str(plain)), Pooling(WIDTH, chosen)]
    SentenceTransformer(modules=modules, device="cpu", prompts=prompts).save(str(folder), create_model_card=False)
    return folder


def make_plain(folder: Path, *, seed: int = 0, labels: int = 0) -> Path:
    """The transformer alone, with a head of ``labels`` outputs where there are any."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

    folder.mkdir(parents=True)
    words = folder / "vocab.txt"
    words.write_text("\n".join(vocabulary()), encoding="utf-8")
    tokenizer: Any = BertTokenizer(vocab=str(words), model_max_length=64)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary()),
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.5,  # untrained weights of the usual size make all texts alike
    )
    config.num_labels = labels or 2
    model: Any = BertForSequenceClassification(config) if labels else BertModel(config)
    model.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@dataclass
class Models:
    """The server. ``moods`` are taken one a request, then it behaves; ``asked`` are the bodies, with the key."""

    dimensions: int = 8
    moods: list[str] = field(default_factory=list)
    always: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    url: str = ""

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/v1/{path}")
        async def answer(path: str, request: Request) -> Response:
            body = await request.json()
            self.asked.append(body | {"key": request.headers.get("authorization")})
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            await asyncio.sleep(0.01)  # so that requests meet
            try:
                mood = self.always or (self.moods.pop(0) if self.moods else "")
                return await self._answer(path, body, mood)
            finally:
                self.at_once -= 1

        return app

    async def _answer(self, path: str, body: dict[str, Any], mood: str) -> Response:
        if mood.isdigit():
            headers = {"retry-after-ms": "1"} if mood in ("429", "503") else {}
            told = {"error": {"message": f"bad key\n{KEY} or too\nbusy"}}
            return _json(told, int(mood), headers)
        if mood == "silent":
            await asyncio.sleep(1)
        if mood == "text":
            return Response("<html>gateway</html>", media_type="text/html")
        if mood == "cut":
            return Response('{"data": [', media_type="application/json")
        if mood == "list":
            return Response("[]", media_type="application/json")
        if mood == "nothing":
            return _json({"data": [], "results": []})
        return _json(self._embeddings(body, mood) if path == "embeddings" else self._rerank(body, mood))

    def _embeddings(self, body: dict[str, Any], mood: str) -> dict[str, Any]:
        width = body.get("dimensions") or self.dimensions
        rows = []
        for place, text in enumerate(body["input"]):
            vector = [2 * value for value in hashed(text, width)]  # no unit vectors
            if mood == "null":
                vector[0] = None  # type: ignore[call-overload]
            packed: Any = vector
            if body["encoding_format"] == "base64" and mood not in ("null", "float"):
                packed = base64.b64encode(struct.pack(f"<{width}f", *vector)).decode()
            if mood == "odd":
                packed = "AAA="
            rows.append({"object": "embedding", "index": place, "embedding": packed})
        return {"object": "list", "data": rows[::-1], "model": body["model"]}  # any order: the index counts

    def _rerank(self, body: dict[str, Any], mood: str) -> dict[str, Any]:
        """The more of the question's letters, the better; best first, as servers send it."""
        question = set(body["query"].lower())
        scores = [len(question & set(text.lower())) / len(set(text) | {"x"}) for text in body["documents"]]
        if mood == "favour":
            scores = [float("cleaned" in text) for text in body["documents"]]
        found = [{"index": place, "relevance_score": score} for place, score in enumerate(scores)]
        found.sort(key=lambda one: -one["relevance_score"])
        return {"results": found[:-1] if mood == "short" else found}


def hashed(text: str, width: int) -> list[float]:
    """Numbers of one sign and another that the text alone decides."""
    digest = hashlib.shake_256(text.encode()).digest(width)
    return [(byte - 127.5) / 128 for byte in digest]


def _json(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    import json

    return Response(json.dumps(body), status, headers, media_type="application/json")


@contextmanager
def serving(models: Models) -> Iterator[Models]:
    running = uvicorn.Server(
        uvicorn.Config(models.app(), host="127.0.0.1", port=0, log_level="error", ws="none", lifespan="off")
    )
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    models.url = f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}/v1"
    try:
        yield models
    finally:
        running.should_exit = running.force_exit = True
        thread.join()
