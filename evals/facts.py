"""Whether a text states a fact: numbers in any spelling, units in English and Chinese."""

import re
import unicodedata
from decimal import Decimal

from evals.dataset import Fact

# The first name of a line is the one that the others are read as; all are compared folded and without spaces.
_UNITS = [
    line.split()
    for line in """
°C ℃ degC deg.C degreescelsius degreecelsius degrees C 摄氏度 度
K kelvin
bar bars barg bar(g) bara 巴
psi
ppm
kPa 千帕
MPa 兆帕
Pa 帕
m³/h m3/h m^3/h m3/hr cubicmetresperhour cubicmetersperhour 立方米/小时 立方米每小时 方/小时
L/h l/hr litresperhour litersperhour 升/小时 升每小时
L/min l/min litresperminute litersperminute 升/分钟 升/分 升每分钟
mL/min 毫升/分钟 毫升/分
mm/s mmpersecond 毫米/秒 毫米每秒
mm millimetre millimetres millimeter millimeters 毫米
cm centimetre centimetres 厘米
m metre metres meter meters 米
µm um micron microns micrometre micrometres 微米
1/min rpm r/min rev/min min-1 revolutionsperminute 转/分 转/分钟 转每分 转每分钟 strokes/min 冲程/分 次/分 次/分钟
kW kilowatt kilowatts 千瓦
A amp amps ampere amperes 安 安培
mA milliamp milliamps 毫安
V volt volts 伏 伏特
Hz hertz 赫兹
N newton newtons 牛 牛顿
N·m Nm N.m N-m newtonmetres newtonmeters 牛·米 牛米 牛顿米
kg kilogram kilograms 千克 公斤
g gram grams 克
L litre litres liter liters 升
mL ml cm3 cc millilitre millilitres milliliter milliliters 毫升
% percent pct 百分之
µS/cm uS/cm 微西/厘米
dB(A) dBA dB 分贝
h hr hrs hour hours operatinghours runninghours servicehours 小时 个小时 运行小时 工作小时 工时
min mins minute minutes 分钟 分
s sec secs second seconds 秒 秒钟
day days d 天 日
week weeks 周 个星期
month months 个月 月
year years 年
EUR € euro euros 欧元
CNY ¥ yuan 元 人民币
""".strip().splitlines()
]
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
# Not the digits of a tag (TI-115A, P101), of a date's middle or of a longer number.
_FIND = re.compile(rf"(?<![a-z0-9.,_])(?<![a-z]-)(?<!\d-)(?P<sign>-(?=\d))?(?P<number>{_NUMBER})(?!\d)")
_JOIN = re.compile(rf"\s*(?:-|~|\||to|至|到|and|和|与|or|或|\.\.+)\s*[-+]?{_NUMBER}")
_BETWEEN = " \t\n|:;,*"


def fold(text: str) -> str:
    """NFKC, lower case, one kind of dash, single spaces, no thin or no-break space within a number."""
    text = re.sub(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))", "", text)
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"\s+", " ", text).strip()


def bare(text: str) -> str:
    """Folded, without spaces and cell rules: how quotes are compared, since lines break anywhere."""
    return re.sub(r"[\s|]+", "", fold(text))


_SYNONYMS: dict[str, tuple[str, ...]] = {}
for _names in _UNITS:
    _folded = tuple(sorted({bare(name) for name in _names}, key=len, reverse=True))
    _SYNONYMS |= dict.fromkeys(_folded, _folded)


def states(text: str, fact: Fact) -> bool:
    """Whether ``text`` has the fact: every number of it with its unit (any known spelling), else its wording."""
    numbers, unit = _parts(fact)
    folded = fold(text)
    if not numbers:
        return _wording(folded, fact.text)
    return all(
        any(_value(match) == number and _has_unit(folded, match, unit) for match in _FIND.finditer(folded))
        for number in numbers
    )


def numbers(text: str) -> list[str]:
    """Every number in the text, plainly written; those of tags and dates left out."""
    return [str(_value(match)) for match in _FIND.finditer(fold(text))]


def _parts(fact: Fact) -> tuple[list[Decimal], str]:
    """The numbers of a fact that is nothing but numbers and a unit; no numbers where it is a wording."""
    folded = fold(fact.text)
    numbers = [_value(match) for match in _FIND.finditer(folded)]
    rest = bare(re.sub(r"(?<![a-z])(?:to|and|or)(?![a-z])|[-~至到和与或+]", " ", _FIND.sub(" ", folded)))
    if rest and (rest not in _SYNONYMS or fact.unit):
        return [], ""
    return numbers, bare(fact.unit) or rest


def _value(match: re.Match[str]) -> Decimal:
    return Decimal((match["sign"] or "") + match["number"].replace(",", ""))


def _has_unit(text: str, match: re.Match[str], unit: str) -> bool:
    """After the number (or the other end of its range, or other cells of its row), or in brackets before it."""
    end, names = match.end(), _SYNONYMS.get(unit, ())
    if not names:  # no unit, or a word for what is counted (orders, 次): the number says it
        return unit.isalpha() or not unit or _follows(text[end:], (unit,))
    if _follows(text[end:], names):
        return True
    while joined := _JOIN.match(text, end):
        end = joined.end()
        if _follows(text[end:], names):
            return True
    before = re.split(r"[.;](?=\s)|。", text[: match.start()])[-1]
    brackets: list[str] = re.findall(r"[(\[]([^()\[\]]{1,20})[)\]]", before)
    return bool(brackets) and bare(brackets[-1]) in names


def _follows(rest: str, names: tuple[str, ...]) -> bool:
    rest = re.sub(r"^\s*\|(?:\s*-\s*\|)+", "", rest)  # empty cells of its row
    rest = re.sub(r"^-(?=[a-z])", "", rest.lstrip(_BETWEEN))  # a 500-hour interval
    return any(re.match(_pattern(name), rest) for name in names)


def _pattern(name: str) -> str:
    """Spaces may stand in it; what stands behind must not carry the unit on (mm/s is not mm)."""
    closed = r"(?![a-z0-9·]|/[^\d\s])" if name[-1].isascii() else r"(?!/\D|[·每米])"
    return r"\s?".join(re.escape(letter) for letter in name) + closed


def _wording(text: str, wording: str) -> bool:
    words = r"\s*".join(re.escape(word) for word in fold(wording).split())
    bounded = rf"(?<![a-z0-9]){words}(?![a-z0-9])" if wording.isascii() else words
    return bool(words) and re.search(bounded, text) is not None
