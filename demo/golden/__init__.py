"""Golden questions with expected status, evidence and facts, all computed from the plant model.

From the model by many phrasings, and by hand; split by fact. ``gold_facts`` holds only what a right answer must contain.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from demo.facts import feed_pump
from demo.facts_dosing import dosing_pump
from demo.facts_exchanger import exchanger as plates
from demo.golden import (
    connectivity,
    dosing,
    exchanger,
    feed_data,
    feed_limits,
    feed_service,
    hand,
    history,
    live,
    site,
    troubles,
    unclear,
)
from demo.golden.deck import Dealer
from demo.golden.item import Item, Topic, split_items
from demo.golden.places import Places
from demo.golden.split import test_facts
from demo.plant import Plant

FILE = "golden.jsonl"


def write(plant: Plant, documents: Path, path: Path) -> None:
    """Write the golden set; ``documents`` holds the documents that it cites, already generated."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"id": f"G{i:03}", **item.as_dict()}, ensure_ascii=False) for i, item in
             enumerate(items(plant, documents), 1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def items(plant: Plant, documents: Path) -> list[Item]:
    """All of them, in a fixed order, each in its split."""
    places, dealer = Places(documents, site.BILINGUAL), Dealer(plant)
    made = [item for topic in _topics(plant, places) for item in dealer.items(topic)]
    made += [*history.items(plant, dealer), *connectivity.items(plant, dealer, places), *live.items(plant, dealer),
             *unclear.ambiguous(plant), *unclear.unanswerable(plant)]
    made += hand.items(plant, made)
    unique = list({item.question: item for item in made}.values())
    return split_items(unique, test_facts(unique))


def _topics(plant: Plant, places: Places) -> Iterable[Topic]:
    feed, dosing_facts, also, rows = feed_pump(plant), dosing_pump(plant), site.limits(plant, places), site.store_rows(plant)
    yield from feed_data.topics(feed, places, rows)
    yield from feed_limits.feed(feed, places, also)
    yield from feed_service.topics(feed, places)
    yield from dosing.topics(dosing_facts, places, rows)
    yield from feed_limits.dosing(dosing_facts, places, also)
    yield from troubles.topics(plant, feed, dosing_facts, places)
    yield from exchanger.topics(plates(plant), plant, places, also, rows)
    yield from site.topics(plant, places)
