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
    "DiaphragmValve": "隔膜阀",
    "ReliefValve": "泄压阀",
    "ThreeWayValve": "三通阀",
    "ControlValve": "调节阀",
    "Valve": "阀",
    "RotaryPump": "转子泵",
    "Pump": "泵",
    "TubularHeatExchanger": "管壳式换热器",
    "HeatExchanger": "换热器",
    "PressureVessel": "压力容器",
    "Vessel": "容器",
    "Silo": "料仓",
    "ProcessColumn": "塔",
    "Column": "塔",
    "Compressor": "压缩机",
    "Blower": "鼓风机",
    "Fan": "风机",
    "Agitator": "搅拌器",
    "Mixer": "混合器",
    "Centrifuge": "离心机",
    "Separator": "分离器",
    "Filter": "过滤器",
    "Heater": "加热器",
    "Boiler": "锅炉",
    "Furnace": "炉",
    "CoolingTower": "冷却塔",
    "Dryer": "干燥机",
    "Motor": "电动机",
    "Turbine": "透平",
    "Conveyor": "输送机",
    "BlindFlange": "盲法兰",
    "Flange": "法兰",
    "PipeReducer": "异径管",
    "PipeTee": "三通",
    "SteamTrap": "疏水阀",
    "RuptureDisc": "爆破片",
    "SightGlass": "视镜",
    "FlowNozzle": "流量喷嘴",
    "RestrictionOrifice": "限流孔板",
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
    _, colon, ident = tag.rpartition(":")
    return f"{ident} (no tag)" if colon else tag
