"""A reading as one sentence, in English and Chinese. The numbers in it are the reading's, rounded for a person."""

from collections.abc import Iterable

from app.plant._limits import limit_of
from app.plant.base import LimitState, Reading
from retrieval.models import Language

_LIMIT_NAMES: dict[Language, dict[LimitState, str]] = {
    "en": {"low_low": "low-low", "low": "low", "high": "high", "high_high": "high-high"},
    "zh": {"low_low": "低低", "low": "低", "high": "高", "high_high": "高高"},
}


def number(value: float, limits: Iterable[float] = ()) -> str:
    """``85.47`` -> ``85.5``, ``0.4512`` -> ``0.45``: one decimal from ten on, two below, no zeros at the end.

    Two decimals as well where one would put the value on one of ``limits`` that it isn't at.
    """
    coarse = abs(value) >= 10 and not any(value != limit and round(value, 1) == limit for limit in limits)
    text = f"{value:.{1 if coarse else 2}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def shown(reading: Reading) -> str:
    """The value with its unit; ``?`` where there is none."""
    value, info = reading.value, reading.info
    if isinstance(value, int | float) and not isinstance(value, bool):
        limits = (limit for limit in (info.low_low, info.low, info.high, info.high_high) if limit is not None)
        return f"{number(value, limits)} {info.unit}".rstrip()
    return "?" if value is None else str(value)


def sentence(reading: Reading, name: str, language: Language) -> str:
    """``name`` says what is measured, in ``language``. Bad quality gives no value; uncertain says so and is dated."""
    info, clock = reading.info, f"{reading.timestamp:%H:%M:%S} UTC"
    dated = f"{reading.timestamp:%Y-%m-%d} {clock}"
    if language == "zh":
        head = f"{info.tag}（{name}）" if name else info.tag
        if reading.quality == "bad" or reading.value is None:
            return f"{head}信号质量为坏（{dated}），没有可用数值。"
        if reading.quality == "uncertain":
            return f"{head}最近一次读数为 {shown(reading)}（{dated}），数据质量不确定{_state_zh(reading)}。"
        return f"{head}当前为 {shown(reading)}（{clock}）{_state_zh(reading)}。"
    head = f"{info.tag} ({name})" if name else info.tag
    if reading.quality == "bad" or reading.value is None:
        return f"{head} has bad quality at {dated}: there is no usable value."
    if reading.quality == "uncertain":
        return f"{head} last read {shown(reading)} at {dated}, with uncertain quality{_state_en(reading)}."
    return f"{head} reads {shown(reading)} at {clock}{_state_en(reading)}."


def _state_en(reading: Reading) -> str:
    limit, unit = limit_of(reading), reading.info.unit
    if limit is not None:
        side = "at" if reading.value == limit else "above" if reading.state in ("high", "high_high") else "below"
        return f", {side} its {_LIMIT_NAMES['en'][reading.state]} alarm limit of {number(limit)} {unit}".rstrip()
    limits = ", ".join(f"{name} {value}" for name, value in _limits(reading, "en"))
    return f", within its alarm limits ({limits})" if limits else ""


def _state_zh(reading: Reading) -> str:
    limit, unit = limit_of(reading), reading.info.unit
    if limit is not None:
        side = "等于" if reading.value == limit else "高于" if reading.state in ("high", "high_high") else "低于"
        return f"，{side}{_LIMIT_NAMES['zh'][reading.state]}报警限值 {number(limit)} {unit}".rstrip()
    limits = "，".join(f"{name} {value}" for name, value in _limits(reading, "zh"))
    return f"，在报警限值之内（{limits}）" if limits else ""


def _limits(reading: Reading, language: Language) -> list[tuple[str, str]]:
    info, names = reading.info, _LIMIT_NAMES[language]
    every: list[tuple[LimitState, float | None]] = [
        ("low_low", info.low_low),
        ("low", info.low),
        ("high", info.high),
        ("high_high", info.high_high),
    ]
    return [(names[state], f"{number(limit)} {info.unit}".rstrip()) for state, limit in every if limit is not None]
