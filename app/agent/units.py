"""Units of measure as plants write them, in both languages: one spelling for each, and what it measures."""

import re
from functools import cache
from typing import NamedTuple

from retrieval.tags import fold

# "what it measures, as the term list calls it, or -: unit = other spellings | ...; unit ...". Case counts: mPa, MPa.
# A suffix of gauge pressure says nothing that the plain unit does not; absolute pressure is a unit of its own.
_UNITS = """
temperature: °C = ° C | C | deg C | degC | degrees C | degrees Celsius | degrees centigrade | 摄氏度;\
 °F = ° F | F | deg F | degF | degrees F | degrees Fahrenheit | 华氏度; K = kelvin | kelvins | 开尔文
-: degree = ° | degrees | deg | 度
bar: Pa = pascal | pascals | 帕; hPa = mbar | 毫巴; kPa = 千帕; MPa = 兆帕; GPa = 吉帕; bar = bars | barg | bar(g) | Bar | BAR | 巴;\
 bara = bar(a); psi = psig | PSI; psia; kgf/cm^2 = kg/cm^2 | 公斤力/平方厘米; mmHg; mmH2O = mmWC; mH2O = mWC; atm; Torr
-: nm = 纳米; µm = um | micron | microns | micrometre | micrometres | micrometer | micrometers | 微米;\
 mm = MM | millimetre | millimetres | millimeter | millimeters | 毫米; dm;\
 cm = centimetre | centimetres | centimeter | centimeters | 厘米; m = metre | metres | meter | meters | 米;\
 km = kilometre | kilometres | kilometer | kilometers | 千米 | 公里; inch = inches | ″ | 英寸; ft = foot | feet | 英尺;\
 mil = mils | thou; mm^2 = sq mm | 平方毫米; cm^2 = 平方厘米; m^2 = sq m | 平方米
number: µL = uL | µl; mL = ml | cc | cm^3 | millilitre | millilitres | milliliter | milliliters | 毫升 | 立方厘米; cL = cl; dL = dl;\
 L = l | dm^3 | litre | litres | liter | liters | ltr | 升; m^3 = cubic metre | cubic metres | cubic meter | cubic meters | 立方米 | 立方;\
 Nm^3 = 标准立方米 | 标方; gal = gallon | gallons | 加仑
frequency: ms = millisecond | milliseconds | 毫秒; s = sec | secs | second | seconds | 秒 | 秒钟; min = mins | minute | minutes | 分钟;\
 h = hr | hrs | hour | hours | 小时 | 个小时 | 钟头; d = day | days | 天; week = weeks | wk | 周 | 星期 | 个星期;\
 month = months | 个月; year = years | yr | yrs | 年
-: µg = ug; mg = milligram | milligrams | 毫克; g = gram | grams | 克; kg = KG | kilogram | kilograms | 千克 | 公斤;\
 t = tonne | tonnes | ton | tons | 吨; lb = lbs | pound | pounds | 磅; oz
-: mN; N = newton | newtons | 牛 | 牛顿; kN = 千牛; lbf; kgf = 公斤力
mounttorque: mNm = mN·m; Ncm = N·cm; Nm = N·m | N m | N.m | N-m | N*m | NM | newton metres | newton meters | 牛米 | 牛·米 | 牛顿米;\
 kNm = kN·m | kN m; lbf·ft = ft·lb | ft-lb | ft-lbs | ft lb | ft lbs | lb-ft | lb·ft | lbf-ft | ft-lbf | lbf ft;\
 in·lb = in-lb | in-lbs | lb-in | lbf·in; kgf·m; kgf·cm
speed: rpm = RPM | 1/min | r/min | rev/min | min^-1 | /min | 转/分 | 转/分钟 | 转每分 | 转每分钟 | 次/分 | 次/分钟 | strokes/min | cycles/min | spm;\
 rps = r/s | 转/秒
-: Hz = HZ | hertz | 赫兹 | 赫; kHz = 千赫; MHz = 兆赫; GHz
current: µA = uA | 微安; mA = milliamp | milliamps | 毫安; A = amp | amps | ampere | amperes | 安 | 安培; kA = 千安
electric: µV = uV; mV = 毫伏; V = volt | volts | VAC | VDC | Vac | Vdc | 伏 | 伏特; kV = KV | 千伏
power: mW = 毫瓦; W = watt | watts | 瓦; kW = KW | kilowatt | kilowatts | 千瓦; MW = 兆瓦; GW; VA = 伏安; kVA; MVA; var; kvar;\
 hp = HP | 马力
-: J = joule | joules | 焦耳; kJ = 千焦; MJ = 兆焦; Wh; kWh = kW·h | 千瓦时 | 度电; MWh; kcal = 大卡; BTU = Btu; Ah = A·h | 安时; mAh
-: mΩ = mohm; Ω = ohm | ohms | 欧 | 欧姆; kΩ = kohm | 千欧; MΩ = Mohm | 兆欧; GΩ; pF; nF; µF = uF | 微法; mH; µH; mT; nS; µS = uS; mS
-: Pa·s = Pa s; mPa·s = mPas | mPa s | cP | 毫帕秒 | 厘泊; cSt = mm^2/s | 厘斯; mol; mmol; rad; m/s^2;\
 W/(m^2·K) = W/(m^2*K) | W/m^2K
noise: dB = dB(A) | dBA | 分贝
-: % = percent | per cent; ‰; %RH = % RH; vol% = vol.-%; wt% = wt.-%; ppm; ppb; NTU; lx = lux | 勒克斯; lm; cd; kB = KB; MB; GB
"""
_PER = {"strokes": "stroke", "stroke": "stroke", "次": "stroke", "rev": "rev", "转": "rev", "分": "min", "时": "h"}
_PER |= {"日": "d", "秒": "s"}
_FLOW = re.compile(r"(?:[µmcd]?L|m³|Nm³|gal|[mk]?g|t|lb)/(?:s|min|h|d)")
_JOIN = r"(?:\s?/\s?|\s+per\s+|\s?每)"
_FILLER = (
    r"(?:[\s-]*(?:operating|running|service|working|calendar|full|whole|more)(?=[\s-])|\s*(?:运行|工作|整))?[\s-]{0,2}"
)
_POWERS = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


class Unit(NamedTuple):
    """``name`` in one spelling; ``end`` where it ends in the text."""

    name: str
    end: int


def plain(text: str) -> str:
    """NFKC, with powers kept apart: ``m³`` becomes ``m^3``, ``10³`` is not 103."""
    return fold(_POWERS.sub(lambda match: "^" + match[0].translate(_DIGITS), text)).replace("\u2212", "-")


def unit_at(text: str, start: int) -> Unit | None:
    """The unit that begins at ``start`` of a ``plain`` text, words like "operating" and blanks before it skipped."""
    match = _pattern().match(text, start)
    if match is None:
        return None
    name = _name(match["unit"])
    for part in re.split(_JOIN, match["per"])[1:]:
        name += "/" + (_PER.get(part) or _name(part))
    return Unit(_assembled(name), match.end())


def unit_named(text: str) -> str:
    """The unit that a head or a label names: "Torque [Nm]", "压力 (bar)", "Torque, Nm", "扭矩/N·m", "in mm"; '' if none."""
    folded = plain(text).strip()
    for part in (folded, *reversed(re.findall(r"[\[(（【]([^\])）】]*)[\])）】]", folded)), *_NAMED.findall(folded)):
        inner = re.sub(r"^(?:(?:in|unit)\b|单位)[:：\s]*", "", part.strip(), flags=re.I)
        unit = unit_at(inner, 0)
        if inner and unit and unit.end == len(inner):
            return unit.name
    return ""


_NAMED = re.compile(r"(?:\bin\s+|[,，/:：]\s*|单位\s*|\s(?=\S\S))([^\s,，:：]+)$")


def fits(claimed: str, held: str) -> bool:
    """Whether evidence in ``held`` bears a claim in ``claimed``: the same unit, or the claim's says less."""
    if claimed == held:
        return True
    return (claimed == "degree" and held in ("°C", "°F")) or (claimed == "°C" and held == "度")


def measured(unit: str) -> str:
    """What a unit measures, as a concept of the term list: ``=temperature`` for °C; '' where it may be anything."""
    if _FLOW.fullmatch(unit):
        return "=flow"
    return _table()[1].get(unit, "")


@cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    """Units by spelling, and what they measure by unit."""
    names: dict[str, str] = {}
    measures: dict[str, str] = {}
    for line in filter(str.strip, _UNITS.splitlines()):
        concept, _, entries = line.partition(":")
        for entry in entries.split(";"):
            unit, _, others = entry.partition("=")
            for spelling in (unit, *filter(str.strip, others.split("|"))):
                names.setdefault(plain(spelling.strip()), _shown(unit.strip()))
            if concept != "-":
                measures[_shown(unit.strip())] = "=" + concept
    names["度"] = "度"  # in Chinese mostly of temperature
    return names, measures


def spellings() -> dict[str, str]:
    """Units by each of their spellings, those with a slash between units left out."""
    return _table()[0]


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(_table()[0], key=len, reverse=True)
    unit = "|".join(_spelled(name) for name in names)
    other = "|".join(_spelled(name) for name in sorted({*names, *_PER}, key=len, reverse=True))
    return re.compile(rf"{_FILLER}(?P<unit>{unit})(?P<per>(?:{_JOIN}(?:{other}))*)")


def _spelled(name: str) -> str:
    """A spelling as a pattern: powers in any writing, and no longer word or hyphened one ("2 V-belts") begins so."""
    found = re.escape(name).replace(r"\^", r"\^?")
    if name in ("m", "cm", "mm", "dm", "km", "inch", "ft", "in"):
        found += r"(?:\^?[23](?!\d))?"
    if name[-1].isascii() and name[-1].isalpha():
        found += r"(?![A-Za-z])" + (r"(?!-[A-Za-z])" if len(name) == 1 else "")
    if name == "安":
        found += "(?![装全置排])"
    return found


def _name(spelling: str) -> str:
    names = _table()[0]
    if spelling in names:
        return names[spelling]
    power = re.sub(r"(?<=[a-zA-Z])\^?(-?\d)(?=$|/)", r"^\1", spelling)
    return names.get(power, _shown(power))


def _assembled(name: str) -> str:
    return _table()[0].get(name.replace("²", "^2").replace("³", "^3"), name)


def _shown(name: str) -> str:
    return name.replace("^2", "²").replace("^3", "³").replace("^-1", "⁻¹").replace("\u03bc", "µ")
