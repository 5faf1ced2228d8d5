"""What the head of a table says: names and units of its columns, which hold codes, and what list the table is."""

import re
from collections.abc import Sequence
from typing import Literal

Role = Literal["", "spare_parts", "bill_of_materials"]

_ATOM = (
    r"(?:[munpkMGcdhµμ]?(?:m|g|s|A|V|W|Wh|VA|VAr|var|Hz|Pa|bar|J|N|Nm|N·m|L|l|F|H|T|S|mol|K|C|Ω|ohm|cd|lm|lx|Bq|rad|sr|eV|cal|B|bit|psi|a)"
    r"|%|‰|ppm|ppb|°|°\s?[CFK]|℃|℉|K|t|h|hr|hrs|hours?|min|sec|d|days?|weeks?|months?|years?|yr|rpm|r|rev|turns?|in|inch|ft|yd|mi|mil|lb|lbs|oz|gal|gpm|cfm"
    r"|bar\(?[ag]\)?|barg|bara|psig|psia|kgf|kp|mmHg|mmH2O|mWC|mH2O|mWS|atm|torr|hp|HP|PS|dB|dB\(A\)|dBA|pH|cP|cSt|NTU|kcal|Btu|BTU|pcs?|ea|set|sets|Stk|Stück"
    r"|EUR|USD|CNY|RMB|GBP|JPY|CHF|€|\$|¥|£|元|个|件|台|套|只|块|根|条|片|组|支|吨|千克|公斤|克|米|毫米|厘米|小时|分钟?|秒|天|日|周|月|年|升|毫升|立方米|平方米|度|转|伏|安|千瓦|瓦|赫兹?|帕|兆帕|千帕)"
)
_POWER = r"(?:\^?[-−⁻]?[1-6²³⁴⁻¹]+)?"
_UNIT = re.compile(rf"(?:1|{_ATOM}{_POWER})(?:\s?[/·*.⋅×]\s?\(?{_ATOM}{_POWER}\)?|\s{_ATOM}[-−⁻][1¹])*")
_BRACKETED = re.compile(
    r"^(?P<name>.*\S)\s*[(\[（［【](?P<unit>[^()\[\]（）［］【】]+(?:\([^()]*\))?)[)\]）］】]$", re.DOTALL
)
_AFTER = re.compile(r"^(?P<name>.*\S)(?:\s*[,，]\s*|\s+in\s+)(?P<unit>\S+)$", re.DOTALL)
_SLASHED = re.compile(r"^(?P<name>[^/]*\S)\s*[/／]\s*(?P<unit>\S.*)$", re.DOTALL)
_PLAIN_WORDS = frozenset(
    {"a", "in", "h", "d", "t", "s", "m", "l", "g", "set", "sets", "min", "day", "days", "月", "日", "年", "件", "度"}
)

_CODE = re.compile(
    r"\b(?:part|item|material|article|serial|order|stock|drawing|dwg|catalog(?:ue)?|model|equipment|asset|tag|batch|lot"
    r"|phone|account|work ?order|sap|oem|vendor|manufacturer|mfr|supplier|position)"
    r"\W{0,2}(?:no|nos|nr|num|number|#|id|code)s?\b"
    r"|\b(?:p/?n|s/?n|code|id|tag|model|type|sku|ean|zip)\b"
    r"|件号|编号|编码|代码|代号|图号|料号|序列号|型号|位号|单号|电话|批号|订货号|货号|teilenummer|artikelnummer|materialnummer|bestellnummer|sachnummer",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:(?:spare )?parts?\W{0,2}(?:no|nr|num|number|#|code|id)s?|p/?n|spare part"
    r"|(?:material|article|stock|catalog(?:ue)?)\W{0,2}(?:no|nr|number|code)s?"
    r"|order\W{0,2}(?:no|number|code)|sku|oem\W{0,2}no)\b"
    r"|备件号|备件编[号码]|零件号|零件编[号码]|部件号|件号|物料编[号码]|物料号|料号|订货号|图号|ersatzteil|teilenummer|artikelnummer|materialnummer",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"^(?:qty|quantity|quant|pcs|no\.? off|number required|menge|anzahl|stück)\b|数量|用量|件数|台数", re.IGNORECASE
)
_NAME = re.compile(
    r"\b(?:description|designation|name|part|component|bezeichnung|benennung)\b|名称|描述|品名|说明", re.IGNORECASE
)
_PLACE = re.compile(r"^(?:item|pos|position|ref|level|find|balloon|key)\b|序号|项次|层级|位置号|^项$", re.IGNORECASE)
_STRUCTURE = re.compile(r"\b(?:level|parent|assembly|bom|component)\b|层级|上级|父件|子件|bom", re.IGNORECASE)
_MATERIAL = re.compile(r"\b(?:material|werkstoff)$|材料|材质", re.IGNORECASE)
_SPARES = re.compile(r"\bspares?\b|\bparts? (?:list|catalog)|备件|备品|配件|易损件|ersatzteil", re.IGNORECASE)
_BILL = re.compile(
    r"\bbills? of materials?\b|\bBOM\b|物料清单|材料表|材料清单|零件明细|明细表|stückliste", re.IGNORECASE
)


def columns(head: Sequence[str], width: int) -> list[tuple[str, str]]:
    """(name, unit) of each column: unique names; ``column 3`` where the head says nothing."""
    cells = [" ".join(cell.split()) for cell in head] + [""] * (width - len(head))
    split = [split_unit(cell) for cell in cells]
    names = [name for name, _ in split]
    found: list[tuple[str, str]] = []
    taken: set[str] = set()
    for i, (name, unit) in enumerate(split):
        whole = name if names.count(name) == 1 else cells[i]  # Pressure (bar) beside Pressure (psi)
        whole = whole or f"column {i + 1}"
        unique, count = whole, 1
        while unique in taken or (unique != whole and unique in cells):
            count += 1
            unique = f"{whole} {count}"
        taken.add(unique)
        found.append((unique, unit))
    return found


def split_unit(head: str) -> tuple[str, str]:
    """``Flow (m3/h)``, ``Flow [m3/h]``, ``Flow, m3/h`` and ``压力/MPa`` -> name and unit; else the head and ''."""
    for pattern in (_BRACKETED, _AFTER, _SLASHED):
        match = pattern.match(head)
        if match and is_unit(match["unit"].strip()):
            unit = match["unit"].strip()
            if pattern is _BRACKETED or unit.lower() not in _PLAIN_WORDS or (pattern is _SLASHED and _is_wide(head)):
                return match["name"].rstrip(" ,，"), unit
    return head, ""


def is_unit(text: str) -> bool:
    return bool(_UNIT.fullmatch(text))


def _is_wide(text: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in text)


def is_code(name: str) -> bool:
    """Whether a column of this name holds numbers of parts, orders or the like, not quantities."""
    return bool(_CODE.search(name))


def role_of(head: Sequence[str], title: str = "") -> Role:
    """What list it is, by what it is called, else by its columns."""
    part, many = any(map(_PART.search, head)), any(map(_QUANTITY.search, head))
    named, placed = any(map(_NAME.search, head)), any(map(_PLACE.search, head))
    listed = (part and (named or many)) or (many and named and placed)
    if not listed:
        return ""
    said = " ".join((title, *head))
    if _BILL.search(title) or (_BILL.search(said) and not _SPARES.search(said)):
        return "bill_of_materials"
    if _SPARES.search(said):
        return "spare_parts"
    if not part or (any(map(_STRUCTURE.search, head)) and many):
        return "bill_of_materials"
    return "bill_of_materials" if placed and many and any(map(_MATERIAL.search, head)) else "spare_parts"
