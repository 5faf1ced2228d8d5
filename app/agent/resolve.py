"""What a question means, before anything is fetched: equipment, language, time, kind. Code alone decides."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from app.agent.windows import Window, window
from retrieval.models import Frozen, Language
from retrieval.tags import Register, Resolution, fold, stem
from retrieval.terms import language_of

Kind = Literal["documents", "live", "history", "connectivity"]
HistoryQuery = Literal["count", "last", "list", "top_failures"]
GraphQuery = Literal["isolation", "upstream", "downstream", "path", "neighbours"]

_NOW = re.compile(
    r"\b(now|currently|at the moment|at present|live|right now|just now|reading|readings|reads?|presently|today)\b"
    r"|\bcurrent (?!draw)\b(?!limit)|\bwhat (?:is|are) .{0,60}\b(running|doing) at\b|现在|当前|目前|实时|读数|此刻|正在", re.I)
_JUDGED = re.compile(
    r"\b(within|exceed\w*|above|below|over|outside|too (?:hot|high|low)|normal|ok|okay|all right|in alarm|alarming)\b"
    r"|超限|超过|超出|正常吗|是否正常|偏高|偏低|报警吗|在报警|过高|过低|有没有报警", re.I)
_STATED = re.compile(
    r"\b(limits?|limiting|maximum|max|minimum|min|rated|nominal|design|recommended|permitted|permissible|allowed|allowable|should|set ?point"
    r"|specified|specification|according to|manual|interval|range|trip|how often|procedure|torque|tighten\w*|capacity|set pressure|alarm (?:value|setting|point)s?|hold|holds)\b"
    r"|限值|最大|最高|最低|最小|额定|允许|推荐|设定|规定|手册|说明书|多久|间隔|周期|范围|跳车值|报警值|报警点|联锁值|整定|设计|扭矩|应该?为|换(?:一次)?油|更换", re.I)
_COUNT = re.compile(r"\bhow (?:many|often) (?:times|work orders|orders|failures|leaks|repairs|jobs|.{0,40}(?:fail|leak|replaced|repaired))"
                    r"|\bhow many .{0,60}\b(?:orders|failures|times|repairs|leaks|jobs)\b"
                    r"|\bnumber of (?:times|failures|orders|work orders|repairs|leaks)"
                    r"|\bcount\b|几次|多少次|多少张?工单|多少条|次数", re.I)
_LAST = re.compile(r"\b(last time|last (?:repair|work order|order|job|maintenance|leak|failure|replace\w*|inspection)|when (?:was|did|were) .{0,80}\blast\b"
                   r"|was last\b|latest|most recent\w*|previous (?:repair|work order|job))\b"
                   r"|上次|最近一次|最后一次|上一次|最近的", re.I)
_TOP = re.compile(r"\b(?:most (?:common|frequent)|top|recurring|main) (?:\w+ )?(?:failure|fault|problem|defect|cause)s?"
                  r"|\bfails? most|最常见|最频繁|最多的(?:故障|失效)|主要故障", re.I)
_HISTORY = re.compile(r"\bwork orders?\b|\bmaintenance (?:log|history|records?)\b|\brepair history\b|\bhistory of\b|\bwas done\b"
                      r"|工单|维修记录|检修记录|维修历史|维护记录|历史", re.I)
_ISOLATE = re.compile(r"\bisolat\w*|\b(?:lock|block)(?:ed)? (?:out|off|in)\b|\bloto\b|\b(?:what|which).{0,40}\b(?:close|shut)\b"
                      r"|隔离|(?:关闭|关)(?:哪些|什么|哪几)|(?:哪些|什么|哪几)(?:个)?(?:阀门|阀).{0,8}关|切断", re.I)
_UPSTREAM = re.compile(r"\bupstream\b|\bfeeds\b|\bwhat .{0,30}comes? before\b|上游", re.I)
_DOWNSTREAM = re.compile(r"\bdownstream\b|\bwhere does .{0,60}\b(?:flow|go|discharge|pump)\b|下游|流向|去往", re.I)
_PATH = re.compile(r"\bpath\b|\broute\b|\bflow path\b|\bbetween\b.{0,60}\band\b|路径|流程路线|之间", re.I)
_NEXT_TO = re.compile(r"\bconnected\b|\bbypass\b.{0,30}\bwhere\b|\bwhere\b.{0,40}\b(?:valve|connection)\b|连接|相连|在哪", re.I)
_PRONOUN = re.compile(r"\b(it|its|this pump|that pump|the pump|the same)\b|它|该泵|这台泵|该设备|这台", re.I)


class Resolved(Frozen):
    """The question, understood. ``ambiguous`` maps a spelling to the tags that it may mean."""

    question: str
    language: Language
    tags: tuple[str, ...]
    ambiguous: dict[str, tuple[str, ...]]
    unknown: tuple[str, ...]
    kinds: frozenset[Kind]
    since: datetime | None = None
    until: datetime | None = None
    history: HistoryQuery = "list"
    graph: GraphQuery = "neighbours"

    @property
    def must_ask(self) -> bool:
        """Twins read, fail and are isolated apart; what the manual says holds for both."""
        return bool(self.ambiguous) and not self.kinds.isdisjoint({"live", "history", "connectivity"})


def resolve(question: str, register: Register, *, now: datetime, language: Language | None = None,
            earlier: Sequence[str] = (), measured: bool, graph_tags: frozenset[str] = frozenset()) -> Resolved:
    """``earlier``: questions of the same conversation, newest last. ``measured``: the question names a quantity
    that live tags measure. ``graph_tags``: tags that stand on a drawing."""
    folded = fold(question)
    named = register.resolve(folded)
    if not (named.tags or named.ambiguous or named.unknown) and _PRONOUN.search(folded):
        named = _from_earlier(earlier, register)
    spoken = language or language_of(folded)
    kinds = _kinds(folded, bool(named.tags or named.ambiguous), measured)
    span = window(folded, now) if "history" in kinds else Window()
    return Resolved(question=question, language=spoken, tags=named.tags, ambiguous=_both(folded, named), unknown=named.unknown,
                    kinds=kinds, since=span.since, until=span.until, history=_history(folded), graph=_graph(folded))


def _from_earlier(earlier: Sequence[str], register: Register) -> Resolution:
    for question in reversed(earlier):
        named = register.resolve(question)
        if named.tags:
            return Resolution(named.tags, {}, ())
    return Resolution((), {}, ())


def _both(text: str, named: Resolution) -> dict[str, tuple[str, ...]]:
    """"Both P-101 pumps" asks for all twins: nothing is ambiguous in it."""
    return {} if re.search(r"\bboth\b|\beach\b|两台|各台", text, re.I) else named.ambiguous


def _kinds(text: str, names_asset: bool, measured: bool) -> frozenset[Kind]:
    kinds: set[Kind] = set()
    past = any(pattern.search(text) for pattern in (_COUNT, _LAST, _TOP))
    if _HISTORY.search(text) or (past and not _asks_interval(text) and not _asks_how(text)):
        kinds.add("history")
    if names_asset and any(p.search(text) for p in (_ISOLATE, _UPSTREAM, _DOWNSTREAM, _PATH, _NEXT_TO)):
        kinds.add("connectivity")
    if not kinds and measured and names_asset:
        judged, stated, at_once = _JUDGED.search(text), _STATED.search(text), _NOW.search(text)
        if at_once or (judged and not _asks_cause(text)) or not (stated or _asks_cause(text)):
            kinds.add("live")
        if at_once is None:
            kinds.add("documents")
    if not kinds or "connectivity" in kinds:
        kinds.add("documents")
    return frozenset(kinds)


def _asks_interval(text: str) -> bool:
    return bool(re.search(r"\bhow often (?:must|should|do|does|is|are)\b|多久", text, re.I)) and not _HISTORY.search(text)


def _asks_cause(text: str) -> bool:
    return bool(re.search(r"\bwhy\b|\bcauses?\b|\bwhat (?:should|can|do|must) (?:i|we)\b|\bhow (?:do|can|to|should|must)\b|\bremedy\b|troubleshoot"
                          r"|为什么|原因|怎么办|如何|怎么处理|怎样|怎么", text, re.I))


def _asks_how(text: str) -> bool:
    return bool(re.search(r"^\s*how (?:do|can|to|should|must)\b|怎样|如何|怎么(?!样)", text, re.I))


def _history(text: str) -> HistoryQuery:
    if _TOP.search(text):
        return "top_failures"
    if _COUNT.search(text):
        return "count"
    return "last" if _LAST.search(text) else "list"


def _graph(text: str) -> GraphQuery:
    patterns: list[tuple[re.Pattern[str], GraphQuery]] = [
        (_ISOLATE, "isolation"), (_UPSTREAM, "upstream"), (_DOWNSTREAM, "downstream"), (_PATH, "path")]
    return next((query for pattern, query in patterns if pattern.search(text)), "neighbours")


def options(resolved: Resolved) -> list[str]:
    """The tags to choose from when asking back."""
    return sorted({tag for tags in resolved.ambiguous.values() for tag in tags})


def same_family(tag: str, tags: Sequence[str]) -> bool:
    return any(stem(tag) == stem(other) for other in tags)
