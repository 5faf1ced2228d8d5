"""Train and test, by fact: all questions on one fact are on the same side."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from demo.golden.item import Item

TEST_SHARE = 0.4


def test_facts(items: Sequence[Item]) -> frozenset[str]:
    """The facts whose questions are held back: of each kind about ``TEST_SHARE`` of its questions, by hash of the fact's id.

    A fact that questions of several kinds ask for counts where it is met first.
    """
    by_kind: dict[str, dict[str, int]] = defaultdict(dict)
    kind_of: dict[str, str] = {}
    for item in items:
        kind = kind_of.setdefault(item.fact_id, item.kind)
        by_kind[kind][item.fact_id] = by_kind[kind].get(item.fact_id, 0) + 1
    chosen: set[str] = set()
    for counts in by_kind.values():
        wanted, taken = TEST_SHARE * sum(counts.values()), 0
        for fact_id in sorted(counts, key=_hash):
            if taken + counts[fact_id] / 2 > wanted and taken:
                break
            chosen.add(fact_id)
            taken += counts[fact_id]
    return frozenset(chosen)


def _hash(fact_id: str) -> str:
    return hashlib.sha256(fact_id.encode()).hexdigest()
