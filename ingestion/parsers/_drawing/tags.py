"""What the letters of a tag on a drawing say (ISA-5.1), and tags as drawings write them: balloons, lines, OCR."""

import re
from typing import Literal, NamedTuple

from retrieval.tags import fold, normalise

Role = Literal[
    "equipment", "block_valve", "control_valve", "check_valve", "relief_valve", "instrument", "off_page", "other"
]


class Meaning(NamedTuple):
    """What a tag's letters say of the thing: its role and the DEXPI class that comes nearest."""

    role: Role
    item_class: str


_KKS = re.compile(r"\d{2}[A-Z]{3}\d{2}([A-Z]{2})\d{3}")
# Equipment unit codes: AA is any valve, hand or driven; C measures.
_KKS_UNITS = {
    "AA": Meaning("other", "Valve"),
    "AP": Meaning("equipment", "Pump"),
    "BB": Meaning("equipment", "Tank"),
    "AC": Meaning("equipment", "HeatExchanger"),
    "C": Meaning("instrument", "ProcessInstrumentationFunction"),
}
_DASH = "-\u2010\u2011\u2012\u2013\u2014\u2212"
# Hand valves are what one closes to isolate; a driven valve (XV, SDV, MOV) regulates or trips: it is none of these.
_BLOCK = frozenset("HV GV BV BFV HBV".split())
_CONTROL = frozenset(
    """FV TV LV PV AV KV ZV XV UV QV WV DV PDV TDV FCV TCV LCV PCV PDCV HCV CV XCV XSV SDV ESDV ESV EV BDV
    MOV ROV SOV AOV HOV""".split()
)
_RELIEF = frozenset("PSV PRV TSV RV SV SRV VRV PVSV PSE BPRV TRV".split())
_CHECK = frozenset("NRV CK CKV CHV NRTV".split())
_VALVES = _BLOCK | _CONTROL | _RELIEF | _CHECK
_OFF_PAGE = frozenset({"OPC"})
_IN_LINE = frozenset({"STR", "YS"})  # strainers: part of the pipe, nothing that is isolated
_EQUIPMENT = {
    "P": "Pump", "PU": "Pump", "T": "Tank", "TK": "Tank", "V": "Vessel", "E": "HeatExchanger", "HE": "HeatExchanger",
    "HX": "HeatExchanger", "EX": "HeatExchanger", "FIL": "Filter",
}  # fmt: skip
# Letters that ISA-5.1 could read as a function and that commonly name something else.
_NO_FUNCTION = frozenset("AG BL CH CR CS CX DA DR EG ER EX FL HE HX OS SS TK US VE".split())
_FUNCTION = re.compile(r"[A-Z][DFJKQSXZ]?(?=[A-Z]*[ACEGILOQRSTXYZ])[ABCEGHIKLOQRSTXYZ]{1,4}")
_WHOLE = re.compile(rf"([A-Z]{{1,5}})[{_DASH}_ .]{{0,3}}(\d{{2,5}})\s?([A-Z]?)")
# 100-P-1003-DN80, 4"-CWS-101, 6"-P-1001-A1A, 80-HW-2003, P-1001-80-A1
_SIZE = r"(?:DN\s?)?\d{1,4}(?:[.\-]\d/\d|/\d)?(?:\"|''|″|in|mm|MM)?"
_LINE = re.compile(
    rf"(?:{_SIZE}[{_DASH}][A-Z]{{1,5}}[{_DASH}]?\d{{2,6}}[A-Z]?(?:[{_DASH}][A-Z0-9\"″./()]+)*"
    rf"|[A-Z]{{1,5}}[{_DASH}]?\d{{2,6}}[A-Z]?[{_DASH}](?:DN\s?\d{{2,4}}|\d{{1,2}}(?:\"|″)|\d{{2,4}}[{_DASH}][A-Z]\w*)"
    rf"(?:[{_DASH}][A-Z0-9\"″./()]+)*)"
)
_STATES = {
    "NC": "closed", "N.C.": "closed", "LC": "closed", "CSC": "closed", "常闭": "closed",
    "NO": "open", "N.O.": "open", "LO": "open", "CSO": "open", "常开": "open",
}  # fmt: skip


def letters_of(tag: str) -> str:
    """``FIC-101`` -> ``FIC``."""
    match = re.match(r"[A-Z]+", tag)
    return match[0] if match else ""


def is_function(letters: str) -> bool:
    """Whether ISA-5.1 reads the letters as an instrument's function: ``FIC``, ``PDI``, ``TICSA``; no valve, no P."""
    if letters in _NO_FUNCTION or letters in _VALVES or letters in (_EQUIPMENT.keys() | _OFF_PAGE | _IN_LINE):
        return False
    tripled = re.search(r"(.)\1\1", letters)  # III is II with a stroke too many
    return 2 <= len(letters) <= 5 and not tripled and bool(_FUNCTION.fullmatch(letters))


def meaning(tag: str) -> Meaning:
    """What the letters alone say. Who drew a valve without saying which kind gets ``other``."""
    if kks := _KKS.fullmatch(tag):
        return _KKS_UNITS.get(kks[1]) or _KKS_UNITS.get(kks[1][0], Meaning("equipment", "CustomEquipment"))
    letters = letters_of(tag)
    if letters in _BLOCK:
        return Meaning("block_valve", "Valve")
    if letters in _CONTROL:
        return Meaning("control_valve", "ControlledValve")
    if letters in _RELIEF:
        return Meaning("relief_valve", "SafetyValve")
    if letters in _CHECK:
        return Meaning("check_valve", "CheckValve")
    if letters in _OFF_PAGE:
        return Meaning("off_page", "PipeOffPageConnector")
    if letters in _IN_LINE:
        return Meaning("other", "Strainer")
    if is_function(letters):
        return Meaning("instrument", "ProcessInstrumentationFunction")
    return Meaning("equipment", _EQUIPMENT.get(letters, "CustomEquipment"))


def loop_of(tag: str) -> str:
    """The loop of an instrument function: ``FIC-101`` -> ``F-101``, ``PDI-132`` -> ``PD-132``."""
    letters, _, number = tag.partition("-")
    variable = letters[:2] if len(letters) > 2 and letters[1] == "D" else letters[:1]
    return f"{variable}-{number}" if number else ""


def line_number(text: str) -> str:
    """The line number that a text is, as it stands there; empty where it is none."""
    plain = fold(text).strip()
    return plain if _LINE.fullmatch(plain) and re.search(r"[A-Z]", plain) else ""


def whole_tag(text: str) -> str:
    """The tag that a text is, whole; empty where it is none. ``P -101A`` and ``P101A`` count, ``DN80`` does not."""
    plain = fold(text).strip()
    if _KKS.fullmatch(plain):
        return plain
    match = _WHOLE.fullmatch(plain)
    if not match or line_number(plain):
        return ""
    tag = normalise(f"{match[1]}-{match[2]}{match[3]}")
    # DN-80, PN-16 and the like are sizes and grades: the tag reader knows them when they stand without a hyphen.
    bare = normalise(f"{match[1]}{match[2]}")
    return tag if "-" in bare and (len(match[2]) >= 3 or "-" in plain) else ""


def leading_tag(text: str) -> tuple[str, str]:
    """A tag and the few words behind it (``P-101A FEED PUMP``); two empty strings where the text is something else."""
    plain = fold(text).strip()
    if tag := whole_tag(plain):
        return tag, ""
    first, _, rest = plain.partition(" ")
    tag = whole_tag(first.rstrip(":,;"))
    if tag and "-" in first and 0 < len(rest.split()) <= 5 and len(rest) <= 40 and not rest.rstrip().endswith("."):
        return tag, rest.strip()
    return "", ""


def state(text: str) -> Literal["open", "closed", ""]:
    """What a mark beside a valve says of its normal position."""
    found = _STATES.get(fold(text).strip().upper(), "")
    return "open" if found == "open" else "closed" if found else ""
