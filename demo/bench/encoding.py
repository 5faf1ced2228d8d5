"""Passages/s of each leg, on passages of a real manual; MiniLM in float32, bfloat16 and int8 with what each finds.

Recall: a passage's last sentence as the question; is its passage among the first 1 or 5 of all? The passage holds it, so
this says what a lower precision loses and nothing of how well a leg answers people's questions.
"""

import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from demo.bench.manuals import manuals
from ingestion.chunk import chunk
from ingestion.encode import Encoding
from ingestion.parsers.pdf import PARSER
from retrieval.legs import dense
from retrieval.legs.base import Encoder
from retrieval.models import Document, Passage
from retrieval.plugins import discover

MOST = 600  # passages


def main(folder: Path) -> None:
    """``folder`` holds the demo plant's documents, used where the real manuals cannot be fetched."""
    passages = _passages(folder)
    texts = [passage.index_text for passage in passages]
    print(f"   {len(texts)} passages, {np.mean([len(text) for text in texts]):.0f} characters on average")
    for name, leg in discover("retrieval.legs", "LEG").items():
        if name != "dense":
            _rate(name, leg.load(), texts)
    whole, half = (dense.MiniLm(dense.model_folder(), half=half) for half in (False, True))
    for label, encoder in (("dense, float32", whole), ("dense, bfloat16", half), ("dense, int8", _int8(whole))):
        _rate(label, encoder, texts, passages)


def _passages(folder: Path) -> list[Passage]:
    found = manuals()
    files = [found / "LinuxCNC_Getting_Started.pdf", found / "LinuxCNC_Developer.pdf"] if found else sorted((folder / "manuals").glob("*.pdf"))
    count, passages = Encoding(discover("retrieval.legs", "LEG")).counter(), list[Passage]()
    for path in files:
        parsed = PARSER.parse(path, path.name, ())
        document = Document(id=path.stem, kind=parsed.kind, title=parsed.title, path=path.name, sha256="0" * 64)
        passages += chunk(document, parsed.blocks, count=count)
    return passages[:MOST]


def _int8(encoder: dense.MiniLm) -> dense.MiniLm:
    """The same model with dynamically quantized layers."""
    import torch

    other = dense.MiniLm(dense.model_folder(), half=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quantize: Any = torch.ao.quantization.quantize_dynamic
        quantized = quantize(other._ready(), {torch.nn.Linear}, dtype=torch.qint8)
    other.__dict__["_model"] = quantized
    return other


def _rate(label: str, encoder: Encoder, texts: Sequence[str], passages: Sequence[Passage] = ()) -> None:
    encoder.encode_passages(texts[:8])
    ordered, started = sorted(texts, key=len), time.perf_counter()
    for start in range(0, len(ordered), 32):
        encoder.encode_passages(ordered[start : start + 32])
    rate = len(texts) / (time.perf_counter() - started)
    found = f"; recall@1 {_recall(encoder, passages, 1):.3f}, @5 {_recall(encoder, passages, 5):.3f}" if passages else ""
    print(f"   {label}: {rate:.0f} passages/s{found}", flush=True)


def _recall(encoder: Encoder, passages: Sequence[Passage], among: int) -> float:
    vectors = np.array(encoder.encode_passages([passage.index_text for passage in passages]))
    questions = [passage.text.rstrip(". ").rpartition(". ")[2][:120] for passage in passages]
    scores = np.array([encoder.encode_query(question) for question in questions]) @ vectors.T
    own = scores[np.arange(len(passages)), np.arange(len(passages))]
    return float(((scores > own[:, None]).sum(axis=1) < among).mean())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
