"""Phrasings dealt like cards, so that none comes up much more often than another."""

from collections.abc import Mapping, Sequence
from random import Random

from demo.golden import frames, store
from demo.golden.item import Item, Language, Topic
from demo.golden.names import subjects
from demo.plant import Plant

POOLS = {**frames.FRAMES, **store.FRAMES}


class Deck:
    """Deals the cards of a pool in an order of its own, each once before any comes again."""

    def __init__(self, cards: Sequence[str], seed: str) -> None:
        self._cards, self._rng, self._left = list(cards), Random(seed), list[str]()

    def deal(self, unlike: Sequence[str] = ()) -> str:
        """The next card that is not among ``unlike``; any where all are."""
        for _ in range(2):
            for card in self._left:
                if card not in unlike:
                    self._left.remove(card)
                    return card
            fresh = list(self._cards)
            self._rng.shuffle(fresh)
            self._left += fresh
        return self._left.pop(0)


class Dealer:
    """Turns topics into questions: frames and names from decks, a topic's own questions in their order."""

    def __init__(self, plant: Plant) -> None:
        self._plant, self._decks = plant, dict[str, Deck]()

    def items(self, topic: Topic) -> list[Item]:
        """The topic's questions in both languages, all different."""
        return [*self._in(topic, "en", topic.asks_en, topic.en, topic.count[0]),
                *self._in(topic, "zh", topic.asks_zh, topic.zh, topic.count[1])]

    def _in(self, topic: Topic, language: Language, own: Sequence[str], names: Sequence[str], count: int) -> list[Item]:
        told = {piece.get("language", "") for piece in topic.evidence}
        # Words of the other language are no part of a right answer; numbers, units, tags and types are.
        facts = topic.facts if told & {language, ""} else [fact for fact in topic.facts if any(c.isdigit() for c in fact.text)]
        return [Item(question, language, topic.kind, topic.id, topic.evidence, facts, topic.tools)
                for question in self._questions(topic, language, own, names, count)]

    def name(self, key: str, language: Language, unlike: Sequence[str] = ()) -> str:
        return self._deck(f"name-{key}-{language}", subjects(self._plant, key, language)).deal(unlike)

    def deal(self, name: str, cards: Sequence[str], unlike: Sequence[str] = ()) -> str:
        """The next card of the deck ``name``, which is made of ``cards`` when it is first asked for."""
        return self._deck(name, cards).deal(unlike)

    def _questions(self, topic: Topic, language: Language, own: Sequence[str], names: Sequence[str], count: int) -> list[str]:
        """Own questions and frames in turn."""
        made: list[str] = []
        used: list[str] = []
        waiting = list(own)
        for turn in range(count):
            if waiting and (turn % 2 == 0 or not names):
                text = waiting.pop(0)
            elif names:
                text = self._deck(f"frame-{topic.shape}-{language}", POOLS[topic.shape][language]).deal(used)
                used.append(text)
                text = text.replace("{what}", names[turn % len(names)])
            else:
                break
            made.append(fill(text, {"x": self.name(topic.subject, language)} if "{x}" in text else {}))
        return list(dict.fromkeys(made))

    def _deck(self, name: str, cards: Sequence[str]) -> Deck:
        if name not in self._decks:
            self._decks[name] = Deck(list(cards), f"golden-{self._plant.seed}-{name}")
        return self._decks[name]


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its ``{names}`` filled in, a space where letters or figures would run together; "The ..." in front."""
    for name, value in values.items():
        first, *others = text.split("{" + name + "}")
        for other in others:
            first = _joined(_joined(first, value), other)
        text = first
    return "T" + text[1:] if text.startswith("the ") else text


def _joined(left: str, right: str) -> str:
    run = f"{left[-1:]}{right[:1]}"
    return f"{left} {right}" if len(run) == 2 and run.isascii() and (run.isalnum() or run[1] == "{") and run[0].isalnum() else left + right
