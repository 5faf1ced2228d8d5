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
    r"\b(?:why|causes?|reasons?|remedy|troubleshoot\w*|what(?:'s| is| could be) wrong|fix|ideas)\b"
    r"|\bwhat (?:should|can|do|could|must) (?:i|we|you)\b|\bwhere do (?:i|we) (?:start|look)\b"
    r"|为什么|为何|原因|怎么办|咋办|咋回事|怎么回事|怎么处理|如何处理|排除|故障",
    re.IGNORECASE,
)


class Asked(NamedTuple):
    """A question, read once. ``weights``: how much each of its ``wanted`` terms says, 0 to 1; ``reached``: English
    terms that its Chinese ones may mean; ``pairs``: its neighbouring terms, with the lesser weight of the two;
    ``units``: those that it names ("how many days", 多少牛米).

    ``tags`` are asked about, ``related`` have to do with them (the equipment of an instrument). ``number``, ``code``,
    ``time``, ``steps``, ``cause``: what the answer must hold: a quantity, a part number, a span, an instruction, a why.
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


def read(question: str, language: Language, tags: Sequence[str] = (), related: Sequence[str] = ()) -> Asked:
    """``question`` may lack the tags that were understood."""
    text = fold(question)
    wanted = wanted_of(text)
    forms = (bool(pattern.search(text)) for pattern in (_NUMBER, _CODE, _TIME, _STEPS, _CAUSE))
    weights = {term: weight(term) for term in wanted}
    reached = frozenset(one for term in wanted for one in counterparts(term))
    pairs = {pair: min(map(weight, pair)) for pair in pairwise(sequence(text)) if wanted.issuperset(pair)}
    return Asked(
        text, language, wanted, weights, reached, pairs, units_in(text), frozenset(tags), frozenset(related), *forms
    )
