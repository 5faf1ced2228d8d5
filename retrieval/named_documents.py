"""Documents that a question names: by their number ("HW-ST-790", "hw st 790") or by what they are called ("the alarm
response sheet", 润滑和振动标准).

A number stands in a document's front matter, title or file name, and is the same in every spelling. A title is named
by the words before or behind a word for a kind of document ("the lubrication standard", "procedure for lockout"), in
either language: each telling one must be the title's own. A title of several words may also stand in the question.
"""

import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from math import log
from pathlib import PurePosixPath
from typing import NamedTuple

from retrieval import tags
from retrieval._words import CHINESE, segmenter, stop_words
from retrieval.models import EVERYTHING, Asset, Caller, Language
from retrieval.sql.assets import list_assets
from retrieval.sql.engine import Database
from retrieval.sql.front_matter import Front, Titled, fronts, titled
from retrieval.terms import counterparts, terms
from retrieval.wording.standing import LITTLE, weight

MOST = 3  # documents by one name; what more are called names a kind of document
MOST_BY_NUMBER = 8  # sheets and editions of one number
_EVERYBODY = Caller(
    name="named documents", groups=frozenset({EVERYTHING}), areas=frozenset({EVERYTHING})
)  # shows nobody anything

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_RUN = re.compile(r"[A-Za-z0-9]+(?:[-_/.][A-Za-z0-9]+)*")
_SPACED = re.compile(
    r"(?<![A-Za-z0-9/-])([A-Z]{2,6}(?:[-/][A-Z0-9]{1,6})*) (\d[A-Za-z0-9]*(?:[-_/.][A-Za-z0-9]+)*)(?![A-Za-z0-9])"
)
_COUNTED = frozenset(
    "UNIT AREA PLANT SITE LINE REV NO NR PAGE PART TYPE MODEL CLASS TABLE FIG SEC STEP ITEM SHEET VOL CHAPTER".split()
)  # "UNIT 100" is no document's number
_LABEL = re.compile(
    r"\b(?:document|doc|drawing|dwg|drg|procedure|standard|report|sop|specification|spec|manual|publication|pub|form"
    r"|file|instruction|reference|ref)\.? ?(?:numbers?|no|nr|num|id|code)\b[.:]?"
    r"|(?:文件|文档|图纸|标准|规程|手册|资料|报告|程序|制度)编?号码?|图号|文号"
    r"|(?<![备件料位产品同单])编号",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"[\s:：|.#、，()（）]*([A-Za-z0-9]+(?:[-_/.][A-Za-z0-9]+)*(?: \d[A-Za-z0-9]*(?:[-_/.][A-Za-z0-9]+)*)?)"
)
_ALONE = re.compile(
    r"([A-Za-z0-9]+(?:[-_/.][A-Za-z0-9]+)+)(?:[ ,]+(?:rev(?:ision)?|issue|ed(?:ition)?|version|v|修订版|版本?)\b.*)?",
    re.IGNORECASE,
)
_EDITION = re.compile(r"[a-z]{1,3}|(?:19|20)\d\d|(?:rev|v|ed)\.?[a-z0-9]{1,2}", re.IGNORECASE)  # HW-OP-340-EN
_NO_NUMBER = re.compile(
    r"\d+[a-z]{1,4}|ss\d{3}l?|dn\d+pn\d+|(?:19|20)\d\d[qh]\d|[qh]\d(?:19|20)\d\d|(?:dn|pn|nps|ip|ex|m|g)\d+[a-z]?|(?:rev|ver|v|version|page|unit|part|step|fig|table|vol)\d+"
)  # 80mm, DN80, IP65, rev02
_SHORTEST, _LONGEST = 4, 40
_DIGITS = 2  # of a number in a title; one that is stated as such may have fewer
_PIECE, _GAP, _PIECES = re.compile(r"[A-Za-z0-9]+"), re.compile(r"[-_/. ]|- | -| [-/] "), 6

_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|[\u3400-\u4dbf\u4e00-\u9fff]+|[0-9]+|[^\s0-9A-Za-z]")
_KINDS = {
    kind: frozenset(words.split())
    for kind, words in {
        "rule": "standard specification spec policy policies rule 标准 规范 规定 制度 规则 细则 条例 准则",
        "procedure": "procedure instruction sop 规程 程序 指导书 作业指导书 操作票",
        "manual": "manual handbook guide booklet iom 手册 说明书 指南",
        "sheet": "sheet datasheet list card form checklist table register index "
        "表 单 卡 清单 台账 目录 一览表 检查表 数据表",
        "report": "report memo 报告 纪要",
        "notice": "bulletin notice circular 通知 通报 公告",
        "drawing": "drawing diagram schematic layout 图 图纸 流程图 原理图 示意图",
        "plan": "plan programme program schedule 计划 方案",
        "log": "log logbook record 日志 记录",
    }.items()
}
_KIND = {word: kind for kind, words in _KINDS.items() for word in words}
_LONG_KINDS = sorted((word for word in _KIND if CHINESE.fullmatch(word) and len(word) > 1), key=len, reverse=True)
_CHINESE_KIND = re.compile(rf"({'|'.join(_LONG_KINDS)}|^[表单卡图](?=[里中上内]$))")
_EDITIONS = frozenset(
    "new old newest latest current previous former superseded obsolete outdated withdrawn valid revised updated "
    "revision rev issue edition version en zh cn de fr a b c d e f "
    "新 旧 新版 旧版 老版 现行 现行版 最新 最新版 作废 废止 有效 原 修订 修订版 版 版本 本 中文 英文 中文版 "
    "英文版".split()
)
_JOINERS = frozenset("and or & - / 和 与 及 或 、 的 《 “ \" '".split())
_BEHIND = frozenset("for of on about regarding covering".split())
_ARTICLES = frozenset("the a an our all any".split())
_REACH = 6  # words of a name on either side of its kind
_ENOUGH = 0.34  # of a title's weight, where a telling word of it is said
_NEARLY_ALL = 0.6  # where only everyday ones are
_NEAR_BEST = 0.2
_TELLING = 2.4  # what the terms of a title must weigh: two that tell, and an everyday one
_LONGEST_TITLE = 30  # words, or Chinese characters
_QUOTED = re.compile(r"《([^《》]{2,80})》|“([^“”]{2,80})”|\"([^\"]{2,80})\"|「([^「」]{2,80})」")


class Named(NamedTuple):
    """``ids`` of the documents that a question names, the best first; ``words``: the question without their numbers."""

    ids: tuple[str, ...]
    words: str


class _Word(NamedTuple):
    """Of a question or a title. ``kind``: of document; ``part``: it may stand within a name; ``small``: it says
    nothing there."""

    text: str
    terms: frozenset[str]
    kind: str
    part: bool
    small: bool


class _Mention(NamedTuple):
    """A kind of document with the terms that say which; ``nearest`` is right in front of the kind."""

    kind: str
    said: tuple[str, ...]
    nearest: str


@dataclass(frozen=True, slots=True)
class _Read:
    """What a revision is called. ``names``: the terms of its title and of its file's name, by which it is known."""

    document: Titled
    numbers: frozenset[str]
    names: tuple[frozenset[str], ...]
    kinds: frozenset[str]
    pairs: frozenset[tuple[str, str]]  # a term and the kind right behind it: ("site", "rule")
    spelled: frozenset[str]  # title and file name, as ``_spelled`` gives them
    telling: frozenset[str]  # those that tell enough to be known in a question without quotation marks


class NamedDocuments:
    """Of one database. What its documents are called is read when its epoch changes, and only of what is new."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._kept: tuple[int, _Catalogue] | None = None
        self._read: dict[tuple[str, int], _Read] = {}

    def named(self, database: Database, caller: Caller, question: str, language: Language, epoch: int) -> Named:
        """Those that the caller may see, at ``epoch``; of equals those in ``language`` first. Raises ``Unavailable``.

        ``words`` is never empty: a question that is nothing but a number stays as it is.
        """
        catalogue = self._catalogue(database, epoch)
        mine = catalogue.seen_by(caller)
        text = tags.fold(question).translate(_DASHES)
        found: dict[str, None] = {}
        words = question
        for start, end, documents in reversed(list(catalogue.numbered(text, mine))):
            if len(documents) <= MOST_BY_NUMBER:
                found = dict.fromkeys([*_ranked(documents, language), *found])
                words = text = text[:start] + " " + text[end:]
        for scores in catalogue.called(text, mine):
            least = max(scores.values()) - _NEAR_BEST
            near = _ranked([catalogue.read[id] for id, score in scores.items() if score >= least], language)
            if len(near) <= MOST:
                found |= dict.fromkeys(sorted(near, key=lambda id: -scores[id]))
        words = " ".join(words.split())
        return Named(tuple(found), words if any(char.isalnum() for char in words) else question)

    def _catalogue(self, database: Database, epoch: int) -> "_Catalogue":
        with self._reading:
            if self._kept is None or self._kept[0] != epoch:
                documents = titled(database, epoch)
                new = [one for one in documents if (one.id, one.from_epoch) not in self._read]
                front = fronts(database, epoch, [one.id for one in new])
                fresh = {(one.id, one.from_epoch): _read(one, front.get(one.id, ())) for one in new}
                known = self._read | fresh
                self._read = {key: known[key] for key in ((one.id, one.from_epoch) for one in documents)}
                self._kept = epoch, _Catalogue(self._read.values(), list_assets(database, _EVERYBODY))
            return self._kept[1]


class _Catalogue:
    """Of one epoch, by number, by term and by kind. Knows every document, so what it gives isn't for showing yet."""

    def __init__(self, read: Iterable[_Read], assets: Sequence[Asset]) -> None:
        self.read = {one.document.id: one for one in read}
        self.register = tags.Register(assets)
        self._equipment = {tags.compact(name) for one in assets for name in (one.tag, tags.stem(one.tag), one.model)}
        self._numbers, self._editions = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        self._terms, self._reached = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        self._spelled, self._telling = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        self._kinds = defaultdict[str, set[str]](set)
        for id, one in self.read.items():
            for number in one.numbers:
                self._numbers[_compact(number)].add(id)
                if edition := _without_edition(number):
                    self._editions[edition].add(id)
            for term in frozenset[str]().union(*one.names):
                self._terms[term].add(id)
                for reached in counterparts(term):
                    self._reached[reached].add(id)
            for kind in one.kinds:
                self._kinds[kind].add(id)
            for title in one.spelled:
                self._spelled[title].add(id)
            for title in one.telling:
                self._telling[title].add(id)

    def seen_by(self, caller: Caller) -> Set[str]:
        """Ids of the documents that the caller may see. What others are called must change nothing for them."""
        return {id for id, one in self.read.items() if caller.may_see(one.document.groups, one.document.areas)}

    def numbered(self, text: str, mine: Set[str]) -> Iterator[tuple[int, int, list[_Read]]]:
        """Where in ``text`` a number of a document among ``mine`` stands, and whose it is; left to right, none within
        another."""
        pieces, at = list(_PIECE.finditer(text)), 0
        while at < len(pieces):
            length = 1
            for size in range(min(_PIECES, len(pieces) - at), 0, -1):
                run = pieces[at : at + size]
                if not _is_one(text, run):
                    continue
                end, ids = self._numbered(text, run, mine)
                if ids:
                    yield run[0].start(), end, [self.read[id] for id in sorted(ids)]
                    length = size
                    break
            at += length

    def _numbered(self, text: str, run: Sequence[re.Match[str]], mine: Set[str]) -> tuple[int, Set[str]]:
        start, end = run[0].start(), run[-1].end()
        ends = [end - 1] if re.fullmatch(r"\d+[A-Z]", run[-1].group()) and text[end : end + 1] == "版" else []
        for stop in (end, *ends):  # HW-ST-790A版
            key = _compact(text[start:stop])
            if not _is_number(key) or key in self._equipment:
                continue
            if ids := self._numbers.get(key, set()) & mine or self._editions.get(key, set()) & mine:
                return stop, ids
        return end, frozenset()

    def called(self, text: str, mine: Set[str]) -> Iterator[dict[str, float]]:
        """By id of a document among ``mine`` how much of its name is said; one such for each name that the text has."""
        rest = self.register.without(text)
        for title in map(_spelled, _quoted(text)):
            if ids := self._spelled.get(title, set()) & mine:
                yield dict.fromkeys(ids, 1.0)
        for title in _runs(_spelled(rest).split()):
            if ids := self._telling.get(title, set()) & mine:
                yield dict.fromkeys(ids, 1.0)
        for mentions in _mentions(_words(rest)):
            for mention in mentions:  # the longest first
                if scores := self._meant(mention, mine):
                    yield scores
                    break

    def _meant(self, mention: _Mention, mine: Set[str]) -> dict[str, float]:
        telling = [term for term in mention.said if weight(term) > LITTLE]
        needed = telling or [term for term in mention.said if weight(term) == LITTLE]
        ids = self._kinds.get(mention.kind, set()) & mine if needed else set()
        for term in needed:
            ids &= self._holding(term)
        floor, found = _ENOUGH if telling else _NEARLY_ALL, {}
        for id in ids:
            share = max(self._share(name, mention.said) for name in self.read[id].names)
            beside = any((term, mention.kind) in self.read[id].pairs for term in _senses(mention.nearest))
            if share >= floor or (beside and telling):
                found[id] = share
        return found

    def _holding(self, term: str) -> set[str]:
        return set[str]().union(self._reached.get(term, ()), *(self._terms.get(sense, ()) for sense in _senses(term)))

    def _share(self, name: frozenset[str], said: Sequence[str]) -> float:
        """Of a name's weight; a term that many documents are called by counts less."""
        weights = {term: weight(term) * self._rarity(term) for term in name}
        senses = frozenset(sense for term in said for sense in _senses(term))
        own = sum(value for term, value in weights.items() if term in senses or not counterparts(term).isdisjoint(said))
        return own / (sum(weights.values()) or 1.0)

    def _rarity(self, term: str) -> float:
        """IDF over the documents, 1 for a term of one of them."""
        return log(1 + len(self.read) / len(self._terms[term])) / log(1 + len(self.read))


def _ranked(documents: Iterable[_Read], language: Language) -> list[str]:
    listed = (one.document for one in documents)
    return [one.id for one in sorted(listed, key=lambda one: (one.language != language, one.title, one.id))]


def _read(document: Titled, front: Sequence[Front]) -> _Read:
    title = tags.fold(document.title).translate(_DASHES)
    file = tags.fold(PurePosixPath(document.path).stem).translate(_DASHES)
    texts = (title, file.replace("_", " "))
    numbers = {number for text in (*texts, file) for number in _in_name(text)}
    for one in front:
        numbers |= {one.drawing} | set(_in_front(tags.fold(one.text).translate(_DASHES)))
    worded = [_words(_split(text)) for text in texts]
    names = {
        frozenset(term for word in words if not word.kind and not word.small for term in word.terms) for words in worded
    }
    pairs = {(term, after.kind) for words in worded for term, after in _beside(words)}
    return _Read(
        document=document,
        numbers=frozenset(number for number in numbers if _is_number(_compact(number))),
        names=tuple(name for name in names if name),
        kinds=frozenset(word.kind for words in worded for word in words if word.kind),
        pairs=frozenset(pairs),
        spelled=frozenset(map(_spelled, texts)),
        telling=frozenset(_spelled(text) for text in texts if _is_telling(text)),
    )


def _split(name: str) -> str:
    """``PumpManual-v2`` as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])-(?=[A-Za-z])", " ", name)


def _in_name(text: str) -> Iterator[str]:
    """Numbers in a title or a file's name. One that reads as a tag tells what it is about, unless it is all of it."""
    for match in (*_RUN.finditer(text), *_SPACED.finditer(text)):
        whole = match.group()
        counted = match.re is _SPACED and match[1] in _COUNTED
        is_tag = any(one.end - one.start == len(whole) for one in tags.find(whole))
        enough = sum(map(str.isdigit, whole)) >= _DIGITS
        if enough and not counted and (not is_tag or whole == text.strip()):
            yield whole


def _in_front(text: str) -> Iterator[str]:
    for label in _LABEL.finditer(text):
        if found := _LABELLED.match(text, label.end()):
            run, _, rest = found[1].partition(" ")
            yield found[1] if rest and not any(char.isdigit() for char in run) else run
    for line in text.splitlines():
        if (found := _ALONE.fullmatch(line.strip())) and not tags.find(found[1]):
            yield found[1]


def _compact(number: str) -> str:
    return re.sub(r"[^0-9a-z]", "", number.lower())


def _is_number(compact: str) -> bool:
    fits = _SHORTEST <= len(compact) <= _LONGEST and 0 < sum(map(str.isdigit, compact)) < len(compact)
    return fits and not _NO_NUMBER.fullmatch(compact)


def _without_edition(number: str) -> str:
    """``HW-OP-340-EN`` and ``GB/T 3215-2019`` without what tells the edition; nothing where none is told."""
    parts = re.split(r"[^A-Za-z0-9]+", number)
    kept = parts[:-1] if len(parts) > 2 and _EDITION.fullmatch(parts[-1]) else []
    key = _compact("".join(kept))
    return key if _is_number(key) else ""


def _is_one(text: str, run: Sequence[re.Match[str]]) -> bool:
    """Pieces that make up one number, and no part of a longer one: 340-EN may be told by its first part."""
    if any(not _GAP.fullmatch(text[one.end() : other.start()]) for one, other in pairwise(run)):
        return False
    start, end = run[0].start(), run[-1].end()
    rest = re.match(r"[-/]([A-Za-z0-9]+)", text[end : end + _LONGEST])
    joined = re.fullmatch(r"[A-Za-z0-9][-/]", text[max(start - 2, 0) : start])
    return joined is None and (rest is None or bool(_EDITION.fullmatch(rest[1])))


def _words(text: str) -> list[_Word]:
    return [word for match in _WORD.finditer(text) for word in _parted(match.group())]


def _parted(run: str) -> Iterator[_Word]:
    for word in _cut(run) if CHINESE.fullmatch(run) else (run.lower(),):
        said, kind = terms(word), _KIND.get(word) or _KIND.get(word.removesuffix("s"), "")
        small = word in _JOINERS or word in _EDITIONS or word.isdigit()
        yield _Word(word, said, kind, bool(kind) or small or (bool(said) and word not in stop_words()), small)


def _cut(chinese: str) -> Iterator[str]:
    """Segments, with the kinds of document on their own: 操作规程, 标准规定 and 表里 are in jieba's dictionary."""
    terms(chinese)  # the term list's words are jieba's from here on
    for word in segmenter().cut(chinese, HMM=False):
        yield from filter(None, _CHINESE_KIND.split(word))


def _beside(words: Sequence[_Word]) -> Iterator[tuple[str, _Word]]:
    """Each kind with the terms right in front of it."""
    for at, word in enumerate(words):
        if word.kind:
            before = next((one for one in _reach(reversed(words[:at]))), None)
            yield from ((term, word) for term in (before.terms if before else ()))


def _reach(words: Iterable[_Word]) -> Iterator[_Word]:
    """The words of a name, outwards from its kind, as far as it goes."""
    left = _REACH
    for word in words:
        if not word.part or not left:
            return
        if not word.small:
            left -= 1
            yield word


def _mentions(words: Sequence[_Word]) -> Iterator[list[_Mention]]:
    """For each kind the ways to read which document it is, the most told first."""
    for at, word in enumerate(words):
        if not word.kind:
            continue
        before, behind = list(_reach(reversed(words[:at]))), list[_Word]()
        if words[at + 1 : at + 2] and words[at + 1].text in _BEHIND:
            follow = words[at + 2 :]
            behind = list(_reach(follow[1:] if follow and follow[0].text in _ARTICLES else follow))
        front = [term for one in before if not one.kind for term in sorted(one.terms)]
        back = [term for one in behind if not one.kind for term in sorted(one.terms)]
        nearest = front[0] if front else ""
        ways = [(*front, *back), tuple(front)] if front and back else [(*front, *back)]
        yield [_Mention(word.kind, said, nearest) for said in ways if said]


def _senses(term: str) -> frozenset[str]:
    return counterparts(term) | {term}


def _spelled(text: str) -> str:
    """Letters and digits only, word by word, a Chinese character each."""
    return " ".join(re.findall(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]", tags.fold(text).lower()))


def _is_telling(title: str) -> bool:
    return sum(weight(term) for term in terms(title)) >= _TELLING


def _quoted(text: str) -> Iterator[str]:
    return (next(filter(None, match.groups())) for match in _QUOTED.finditer(text))


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Every run of words that may be a title, the longest first."""
    for size in range(min(len(words), _LONGEST_TITLE), 1, -1):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])
