"""Labelled cases that measure a judge: right answers and wrong ones of seven kinds, half of them Chinese.

A case has the evidence as the manuals say it, beside one or two quotes on other matters, as a search would find them.
``python -m demo judge-cases --seed N --out FILE``.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from demo.judge_facts import Source, Stated, sources, stated_facts
from demo.judge_texts import ADDITIONS, REFUSALS, UNANSWERED, WRONG_UNITS
from demo.plant import Plant, build

_LANGUAGES = ("en", "zh")


def write(seed: int, path: Path) -> int:
    """Write the cases as JSON lines; how many there are."""
    rows = cases(build(seed))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return len(rows)


def cases(plant: Plant) -> list[dict[str, Any]]:
    """All of them, the same for the same plant. Raises ``LookupError`` where manual and facts have drifted apart."""
    with tempfile.TemporaryDirectory() as folder:
        manuals = sources(plant, Path(folder))
        rows = [*_on_facts(plant, manuals), *_unanswered(plant, manuals)]
    return [{"id": f"{row['label']}-{number:03}", **row} for number, row in enumerate(rows, 1)]


def _on_facts(plant: Plant, manuals: dict[str, Source]) -> Iterator[dict[str, Any]]:
    facts = stated_facts(plant)
    for number, fact in enumerate(facts):
        for language in _LANGUAGES:
            rng = Random(f"judge-{plant.seed}-{fact.id}-{language}")
            tags = manuals[fact.pump].tags
            tag = tags[number % len(tags)]
            others = [other for other in facts if other.pump == fact.pump and not {*fact.cells} & {*other.cells[:1]}]
            evidence = _evidence([fact, *rng.sample(others, 2)], manuals, rng)
            for label, answer in _answers(fact, language, tag, _other_tag(plant, fact.pump, rng), rng):
                yield _case(label, language, fact.ask[language].format(t=tag), answer, evidence, fact.id)


def _answers(fact: Stated, language: str, tag: str, other: str, rng: Random) -> Iterator[tuple[str, str]]:
    unit = fact.unit_in(language)

    def say(**changes: str) -> str:
        return fact.say[language].format(**{"t": tag, "v": fact.value, "u": unit, **changes})

    yield "faithful", say()
    yield "wrong_number", say(v=fact.near if fact.near and rng.random() < 0.5 else _another(fact.value, rng))
    yield "wrong_unit", say(u=rng.choice(WRONG_UNITS[unit]))
    yield "wrong_tag", say(t=other)
    space = " " if language == "en" else ""
    yield "unsupported_addition", say() + space + rng.choice(ADDITIONS[language])
    yield "wrongly_refused", rng.choice(REFUSALS[language])


def _another(value: str, rng: Random) -> str:
    """A number that could be meant, and isn't: some tenths off, ten times as much, two digits swapped."""
    decimals = len(value.partition(".")[2])
    found = {f"{float(value) * factor:.{decimals}f}" for factor in (0.5, 0.8, 0.9, 1.1, 1.2, 10.0)}
    pairs = (i for i in range(len(value) - 1) if value[i : i + 2].isdigit())
    found.update(value[:i] + value[i + 1] + value[i] + value[i + 2 :] for i in pairs)
    plain = {one for one in found if one == f"{float(one):.{decimals}f}"}  # no leading zero
    return rng.choice(sorted(one for one in plain if float(one) not in (0.0, float(value))))


def _other_tag(plant: Plant, pump: str, rng: Random) -> str:
    keys = ("P-D", "E", "T-F") if pump == "feed" else ("P-A", "P-B", "E")
    return plant.tag(rng.choice(keys))


def _unanswered(plant: Plant, manuals: dict[str, Source]) -> Iterator[dict[str, Any]]:
    facts = stated_facts(plant)
    for number, asked in enumerate(UNANSWERED):
        for pump, source in manuals.items():
            for language in _LANGUAGES:
                rng = Random(f"judge-{plant.seed}-{asked['id']}-{pump}-{language}")
                tag = source.tags[number % len(source.tags)]
                evidence = _evidence(rng.sample([fact for fact in facts if fact.pump == pump], 3), manuals, rng)
                refusal = rng.choice(REFUSALS[language])
                yield _case("rightly_refused", language, asked[language].format(t=tag), refusal, evidence, asked["id"])


def _evidence(facts: list[Stated], manuals: dict[str, Source], rng: Random) -> list[dict[str, Any]]:
    found = {fact.quote: manuals[fact.pump].evidence(fact) for fact in facts}
    return rng.sample(list(found.values()), len(found))


def _case(label: str, language: str, question: str, answer: str, evidence: list[dict[str, Any]], fact: str) -> dict[str, Any]:
    return {"label": label, "language": language, "question": question, "answer": answer, "evidence": evidence, "fact_id": fact}
