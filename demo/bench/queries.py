"""Encoding a question in all default legs, as a search does it: the legs beside each other, nothing remembered."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from demo.bench.stores import spread
from retrieval.legs._chosen import chosen_legs
from retrieval.legs.base import Leg
from retrieval.models import Language
from retrieval.probes import routes
from retrieval.settings import RetrievalSettings

QUESTIONS = 200  # half of them Chinese
_THREADS = 4  # as ``Search`` has


def main(folder: Path) -> None:
    """``folder`` holds the demo plant's golden questions."""
    settings = RetrievalSettings()
    legs = chosen_legs(settings)
    encoders = {name: leg.load() for name, leg in legs.items()}
    asked = questions(folder / "golden.jsonl")
    for text, _ in asked[:10]:
        for encoder in encoders.values():
            encoder.encode_query(text)
    print(f"   {len(asked)} questions in two languages, {statistics.mean(len(text) for text, _ in asked):.0f} characters on average")
    for name, encoder in encoders.items():
        taken = [_ms(encoder.encode_query, text) for text, language in asked if name in _wanted(legs, settings, text, language)]
        print(f"   {name}: {spread(taken)}", flush=True)
    with ThreadPoolExecutor(_THREADS) as threads:

        def encode(text: str, language: Language) -> None:
            list(threads.map(lambda name: encoders[name].encode_query(text), _wanted(legs, settings, text, language)))

        for title, chosen in (("English", ("en",)), ("Chinese", ("zh",)), ("both", ("en", "zh"))):
            taken = [_ms(encode, text, language) for text, language in asked if language in chosen]
            print(f"   all default legs, {title}: {spread(taken)}", flush=True)


def questions(golden: Path) -> list[tuple[str, Language]]:
    """As many English ones as Chinese ones, no text twice. As they stand."""
    found: dict[Language, dict[str, None]] = {"en": {}, "zh": {}}
    for line in golden.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        found[one["language"]][one["question"]] = None
    each = min(QUESTIONS // 2, *(len(texts) for texts in found.values()))
    return [(text, language) for language, texts in found.items() for text in list(texts)[:each]]


def _wanted(legs: Mapping[str, Leg], settings: RetrievalSettings, text: str, language: Language) -> list[str]:
    return list(dict.fromkeys(route.leg for route in routes(legs, settings, text, language)))


def _ms(call: Callable[..., object], *arguments: object) -> float:
    began = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main(Path(sys.argv[1]))
