"""Technicians' short forms in full, so that ``repl mech seal`` is found by "replaced the mechanical seal"."""

import re

_FORMS = {
    "adj": "adjust", "assy": "assembly", "brg": "bearing", "brgs": "bearings", "bkn": "broken", "calib": "calibrate",
    "chk": "check", "chkd": "checked", "chg": "change", "cplg": "coupling", "cyl": "cylinder", "de": "drive end",
    "disch": "discharge", "dwn": "down", "elec": "electrical", "eq": "equipment", "exch": "exchanger", "fltr": "filter",
    "gbox": "gearbox", "gskt": "gasket", "hyd": "hydraulic", "hx": "heat exchanger", "inop": "inoperative",
    "insp": "inspect", "inst": "install", "instr": "instrument", "lkg": "leaking", "lk": "leak", "lube": "lubricate",
    "lvl": "level", "maint": "maintenance", "mech": "mechanical", "mtr": "motor", "nde": "non-drive end",
    "o/h": "overhaul", "oprs": "operators", "oil lvl": "oil level", "ovhl": "overhaul", "pmp": "pump",
    "press": "pressure", "recal": "recalibrate", "repl": "replace", "repl'd": "replaced", "req": "required",
    "reqd": "required", "rpl": "replace", "rplc": "replace", "rplcd": "replaced", "sched": "scheduled",
    "suct": "suction", "suc": "suction", "svc": "service", "temp": "temperature", "tx": "transmitter",
    "u/s": "unserviceable", "vib": "vibration", "vlv": "valve", "w/": "with", "w/o": "without", "xmtr": "transmitter",
}
_LONGEST_FIRST = "|".join(sorted(map(re.escape, _FORMS), key=len, reverse=True))
_ANY = re.compile(rf"(?<![\w/'-])(?:{_LONGEST_FIRST})(?![\w/'-])\.?", re.IGNORECASE)


def expand(text: str) -> str:
    """The text with its short forms written out; the same text where it has none."""
    return _ANY.sub(lambda match: _FORMS[match[0].lower().rstrip(".")], text)
