"""What P&IDs call things, in words of both languages."""

import re

SERVICES = {
    "suction": "吸入",
    "suction header": "吸入总管",
    "discharge": "排出",
    "discharge header": "排出总管",
    "drain": "排净",
    "bypass": "旁路",
    "recirculation": "回流",
    "feed supply": "原料供应",
    "product": "产品",
    "product outlet": "产品出口",
    "hot water supply": "热水供应",
    "hot water return": "热水回水",
    "relief": "泄放",
    "dosing": "加药",
    "dosing suction": "加药吸入",
}
_CLASSES = {
    "GateValve": "闸阀",
    "BallValve": "球阀",
    "GlobeValve": "截止阀",
    "ButterflyValve": "蝶阀",
    "CheckValve": "止回阀",
    "SafetyValve": "安全阀",
    "PlugValve": "旋塞阀",
    "NeedleValve": "针阀",
    "CentrifugalPump": "离心泵",
    "ReciprocatingPump": "往复泵",
    "Tank": "储罐",
    "Strainer": "过滤器",
    "PlateHeatExchanger": "板式换热器",
    "Funnel": "排放漏斗",
    "VentilationDevice": "放空",
}
NORMALLY = {"open": "normally open 常开", "closed": "normally closed 常闭"}


def class_words(item_class: str) -> str:
    """``GateValve`` -> ``gate valve``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", item_class).lower()


def class_zh(item_class: str) -> str:
    """``SwingCheckValve`` -> ``止回阀``; empty for a class without a Chinese word here."""
    return next((zh for ending, zh in _CLASSES.items() if item_class.endswith(ending)), "")


def service_zh(service: str) -> str:
    """Empty where there is no Chinese word for it here."""
    return SERVICES.get(service, "")


def shown(tag: str) -> str:
    """``PID-1:BallValve-3``, the name of an item without a tag, as a person reads it."""
    number, colon, ident = tag.partition(":")
    return f"{ident} (no tag)" if colon else number
