"""Whether a text says that the question can't be answered from the documents. Judged by its wording, both languages."""

import re

_WHERE_EN = r"(?:document(?:s|ation)?|manuals?|evidence|records?|sources?|context|passages?|text|information|data)"
_SAYS_EN = r"(?:say|state|mention|answer|specify|contain|include|give|provide|cover|address|describe|tell)"
_REFUSAL = re.compile(
    rf"\b{_WHERE_EN}\b[^.!?]*\b(?:do(?:es)?|did)(?:\s+not|n['’]t)\s+{_SAYS_EN}"
    rf"|\b(?:is|are|was|were)(?:\s+not|n['’]t)\s+(?:stated|mentioned|specified|given|provided|covered|available|found"
    rf"|documented|contained|included|described|in\b)[^.!?]*(?:{_WHERE_EN}|[.!?]|$)"
    rf"|\bno\s+(?:information|mention|evidence|data|answer|record)\b"
    rf"|\b(?:can(?:not|['’]t|\s+not)|could(?:\s+not|n['’]t)|unable\s+to|not\s+able\s+to)\s+"
    rf"(?:be\s+)?(?:find|found|answer|answered|determine|determined|locate|say|tell|help|confirm|verify)"
    rf"|\b(?:gives?|has|have|contains?|provides?|holds?)\s+no\s+(?:information|answer|data)\b"
    rf"|\b(?:i|we)\s+(?:do\s+not|don['’]t)\s+(?:know|have)\b"
    rf"|stands in no register, drawing or document",
    re.I,
)
_WHERE_ZH = r"(?:文档|手册|说明书|资料|文件|记录|证据|上下文|数据|信息|内容)"
_REFUSAL_ZH = re.compile(
    rf"{_WHERE_ZH}[^。！？]{{0,16}}(?:没有|未|并未|不)(?:直接|明确)?(?:回答|提到|提及|说明|给出|提供|涉及|包含|记载|规定|描述)"
    rf"|(?:没有|未)(?:找到|查到|检索到)|(?:查|找)不到|无法(?:从[^。]{{0,12}}中?)?(?:回答|确定|得知|判断|提供|确认)"
    rf"|(?:没有|缺少|缺乏)(?:相关|有关)[^。]{{0,6}}{_WHERE_ZH}|(?:不清楚|不知道)"
)


def refuses(text: str) -> bool:
    """True where the first two sentences refuse and no other sentence of the text states a number."""
    said = " ".join(text.split())
    found = _REFUSAL.search(said) or _REFUSAL_ZH.search(said)
    if not found:
        return False
    sentences = re.split(r"(?<=[.!?])\s+|(?<=[。！？])", said)
    rest = [one for one in sentences if one and not (_REFUSAL.search(one) or _REFUSAL_ZH.search(one))]
    first = any(_REFUSAL.search(one) or _REFUSAL_ZH.search(one) for one in sentences[:2])
    return first and not any(re.search(r"\d", re.sub(r"\b[A-Z]+-?\d+[A-Z]?\b", "", one)) for one in rest)
