"""What a question asks for, as far as its words tell: its content, and which form the answer must have."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from retrieval.models import Language
from retrieval.tags import fold
from retrieval.terms import counterparts, sequence
from retrieval.wording.standing import wanted_of, weight
from retrieval.wording.units import units_in

_NUMBER = re.compile(
    r"\bhow (?:much|many|far|long|high|low|often|hot|cold|big|large|fast|slow|heavy|deep|thick|wide|old|soon|tight)\b"
    r"|\b(?:limits?|values?|settings?|set ?points?|intervals?|torques?|figures?|quantity|amount|maximum|minimum|max|min"
    r"|highest|lowest|largest|smallest|rated|at (?:what|which)|from (?:what|which)|up to (?:what|which))\b"
    r"|多少|多大|多高|多久|多长|多重|多深|多厚|几(?!乎)|[何哪]值|限值|极限|最[大高低小多少长短]|额定|周期|间隔|设定值|[警锁]值",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?:(?:part|order(?:ing)?|spare|catalogue|item|article|stock|model|type|serial|document|drawing) ?"
    r"(?:numbers?|no\b|nr\b|code)|p/?n\b|which (?:part|type|model|grade|oil|grease|bearing)|requisition)"
    r"|(?:备件|订货|零件|物料|采购|图|文件|型|料|件|编|牌)[号码]|哪[个种]号",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\bhow (?:often|long|soon)\b|\bintervals?\b|\bwhen\b|\blead time\b"
    r"|多久|多长时间|周期|间隔|几[天周个小年月次]|何时|什么时候",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"\bhow (?:do|can|to|should|must|is|are)\b|\b(?:procedure|steps|instructions?|sequence|order of)\b"
    r"|怎样|如何|怎么(?!样|办|回事)|步骤|程序|流程|方法|顺序",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:why|causes?|caused|reasons?|remedy|troubleshoot\w*|fix|ideas)\b"
    r"|\bwhat(?:'?s| is| could be)? (?:wrong|up|behind)\b"
    r"|\bwhat (?:should|can|do|could|must) (?:i|we|you)\b|\bwhere (?:do|should) (?:i|we) (?:start|look|begin)\b"
    r"|\bcould be behind\b"
    r"|为什么|为何|原因|怎么办|咋办|咋回事|怎么回事|怎么处理|如何处理|排除|故障|怎么查|查[什哪]么|什么办法|哪里出",
    re.IGNORECASE,
)
_FAULT = re.compile(
    r"\b(?:won'?t|doesn'?t|does not|don'?t|can'?t|no longer|fails? to|keeps? \w+ing|coming out|went (?:low|high)"
    r"|too (?:hot|cold|high|low|loud|little|much)|leak(?:s|ing|ed)?|drip\w*|noisy|noises?|knock\w*|rattl\w*|overheat\w*"
    r"|vibrat(?:es|ing)|trip(?:s|ped|ping)|clog\w*|blocked|stuck|jumps|creep\w*|drops|dropping|falls|falling|climbing"
    r"|hot|smok\w*)\b"
    r"|[漏渗滴]|异响|异音|噪声?音?[大高]|敲击声|发[烫热]|过[热高低载]|[打转开关启吸排]不|不[上出转动吸打]|忽[大高快]|波动"
    r"|偏[高低大小]|不[足够稳]|堵塞?|卡[住死涩]|冒烟|跳[车闸]|振动大|抖",
    re.IGNORECASE,
)


class Asked(NamedTuple):
    """A question, read once. ``weights``: how much each of its ``wanted`` terms says, 0 to 1; ``reached``: English
    terms that its Chinese ones may mean; ``pairs``: its neighbouring terms, with the lesser weight of the two;
    ``units``: those that it names ("how many days", 多少牛米).

    ``tags`` are asked about, ``related`` have to do with them (the equipment of an instrument). ``number``, ``code``,
    ``time``, ``steps``, ``cause``: what the answer must hold: a quantity, a part number, a span, an instruction, a why.
    ``fault``: something is told that goes wrong.
    """

    text: str
    language: Language
    wanted: frozenset[str]
    weights: Mapping[str, float]
    reached: frozenset[str]
    pairs: Mapping[tuple[str, str], float]
    units: frozenset[str]
    tags: frozenset[str]
    related: frozenset[str]
    number: bool
    code: bool
    time: bool
    steps: bool
    cause: bool
    fault: bool


def read(question: str, language: Language, tags: Sequence[str] = (), related: Sequence[str] = ()) -> Asked:
    """``question`` may lack the tags that were understood."""
    text = fold(question)
    wanted = wanted_of(text)
    forms = (bool(pattern.search(text)) for pattern in (_NUMBER, _CODE, _TIME, _STEPS, _CAUSE, _FAULT))
    weights = {term: weight(term) for term in wanted}
    reached = frozenset(one for term in wanted for one in counterparts(term))
    pairs = {pair: min(map(weight, pair)) for pair in pairwise(sequence(text)) if wanted.issuperset(pair)}
    return Asked(
        text, language, wanted, weights, reached, pairs, units_in(text), frozenset(tags), frozenset(related), *forms
    )
