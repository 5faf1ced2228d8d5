"""What the asset register says about the files that are read after it."""

from collections.abc import Iterable
from functools import cached_property

from ingestion.labels import Labels
from ingestion.shelf import digest
from retrieval.models import Asset
from retrieval.tags import find, fold


class Applicability:
    """Which tags exist, and which of them a file or a model stands for."""

    def __init__(self, assets: Iterable[Asset] = ()) -> None:
        self._assets = {asset.tag: asset for asset in assets}

    def add(self, assets: Iterable[Asset]) -> "Applicability":
        """With what another register says; the newer word on a tag stands."""
        return Applicability((self._assets | {asset.tag: asset for asset in assets}).values())

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Every tag that is known, in order."""
        return tuple(sorted(self._assets))

    @cached_property
    def names(self) -> dict[str, str]:
        """Nicknames that mean one asset alone, and tags that follow no known scheme -> the tag; in small letters."""
        found: dict[str, set[str]] = {}
        for tag, asset in self._assets.items():
            odd = () if any(mention.tag == tag for mention in find(tag)) else (tag,)
            for name in (*asset.nicknames, *odd):
                if len(name) >= 2:
                    found.setdefault(fold(name).lower(), set()).add(tag)
        return {name: next(iter(tags)) for name, tags in sorted(found.items()) if len(tags) == 1}

    @cached_property
    def digest(self) -> str:
        """Changes when a file's tags might."""
        return digest([(tag, one.manuals, one.model, one.nicknames) for tag, one in sorted(self._assets.items())])

    @cached_property
    def _by_manual(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for tag, asset in self._assets.items():
            for manual in asset.manuals:
                found.setdefault(manual, []).append(tag)
        return found

    @cached_property
    def _by_model(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for tag, asset in self._assets.items():
            if asset.model:
                found.setdefault(_folded(asset.model), []).append(tag)
        return found

    def tags_of(self, file: str, labels: Labels) -> tuple[str, ...]:
        """Of the assets whose manuals name the file, and of those whose model is among the labels' models."""
        tags = list(self._by_manual.get(file, ()))
        for model in labels.models or ():
            tags += self._by_model.get(_folded(model), ())
        return tuple(dict.fromkeys(tags))

    def unknown_models(self, labels: Labels) -> list[str]:
        return [model for model in labels.models or () if _folded(model) not in self._by_model]


def _folded(model: str) -> str:
    return " ".join(model.casefold().split())
