"""The simulated process: every live value as a function of plant, seed and time, with no state to carry.

Any second can be asked for, in any order. The feed valve moves slowly; flow follows it while the duty pump runs, and
from the flow come pressures, current, temperatures and, by its integral, the levels. The duty pump's drive-end
bearing warms over the seven days before ``started`` and ends between its high and its high-high limit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import cos, exp, pi, sin
from random import Random
from typing import Literal

from demo.plant import Instrument, Plant

HISTORY = timedelta(days=7)
Quality = Literal["good", "uncertain", "bad"]
State = Literal["low_low", "low", "high", "high_high"]

# Standard deviation of the measuring noise by unit.
_NOISE = {"°C": 0.12, "mm/s": 0.02, "A": 0.08, "bar": 0.008, "rpm": 1.5, "m³/h": 0.06, "%": 0.08, "L/h": 0.2,
          "1/min": 0.2, "µS/cm": 1.5}
_WAVES = ((5400.0, 0.03), (26000.0, 0.02))  # of the feed valve: period in seconds, amplitude as a fraction
_LEVEL_PER_SECOND = 0.03  # per cent of tank level for each second of one whole normal flow too much
_BEARING_RISE = 19.5  # °C that the warm bearing gained in the seven days


@dataclass(frozen=True, slots=True)
class LimitAlarm:
    """A tag beyond a limit. ``value`` and ``limit`` in the tag's unit."""

    tag: str
    state: State
    value: float
    limit: float


class Simulator:
    """``clock`` gives the present as an aware datetime; the warm bearing's week ends when this is built."""

    def __init__(self, plant: Plant, clock: Callable[[], datetime]) -> None:
        self.plant, self.clock = plant, clock
        self.started = clock()
        self._instruments = {instrument.key: instrument for instrument in plant.instruments}
        self._qualities: dict[str, Quality] = {}

    def value(self, key: str, at: datetime) -> float:
        """What the instrument shows at a second, in its unit, inside its range."""
        instrument = self._instruments[key]
        second = int(at.timestamp())
        true = self._true(instrument, float(second))
        if true == 0.0:  # a pump that stands still: no noise on nothing
            return 0.0
        noisy = true + _NOISE[instrument.unit] * self._noise(key, second)
        return round(min(max(noisy, instrument.range_low), instrument.range_high), 3)

    def quality(self, key: str) -> Quality:
        return self._qualities.get(key, "good")

    def inject(self, key: str, quality: Quality) -> None:
        """Let an instrument fail, or work again."""
        self._qualities[key] = quality

    def history(self, key: str, start: datetime, end: datetime, step: timedelta) -> list[tuple[datetime, float]]:
        """Samples at whole multiples of ``step`` (Unix time) in ``[start, end]``, oldest first, at most seven days."""
        return [(time, self.value(key, time)) for time in self.times(start, end, step)]

    def times(self, start: datetime, end: datetime, step: timedelta) -> list[datetime]:
        """When history has its samples."""
        start, end = max(start, self.started - HISTORY), min(end, self.clock())
        width = step.total_seconds()
        first = -(-start.timestamp() // width) * width
        count = int((end.timestamp() - first) // width) + 1
        return [datetime.fromtimestamp(first + i * width, tz=UTC) for i in range(max(count, 0))]

    def alarms(self, at: datetime) -> list[LimitAlarm]:
        """Every tag beyond a limit, in the plant's order of instruments."""
        found = (self.alarm(key, self.value(key, at)) for key in self._instruments if self.quality(key) != "bad")
        return [alarm for alarm in found if alarm]

    def alarm(self, key: str, value: float) -> LimitAlarm | None:
        """The most severe limit that ``value`` has reached."""
        it = self._instruments[key]
        highs: tuple[tuple[State, float | None], ...] = (("high_high", it.high_high), ("high", it.high))
        lows: tuple[tuple[State, float | None], ...] = (("low_low", it.low_low), ("low", it.low))
        for state, limit in highs:
            if limit is not None and value >= limit:
                return LimitAlarm(it.tag, state, value, limit)
        for state, limit in lows:
            if limit is not None and value <= limit:
                return LimitAlarm(it.tag, state, value, limit)
        return None

    def _noise(self, key: str, second: int) -> float:
        drawn = Random(f"{self.plant.seed}|{key}|{second}").gauss(0.0, 1.0)
        return min(max(drawn, -2.5), 2.5)

    @cached_property
    def _phases(self) -> list[float]:
        rng = Random(f"phases-{self.plant.seed}")
        return [rng.uniform(0.0, 2 * pi) for _ in range(4)]

    def _valve(self, t: float) -> float:
        """Opening of the feed valve as a fraction of its normal one."""
        return 1.0 + sum(a * sin(2 * pi * t / period + phase)
                         for (period, a), phase in zip(_WAVES, self._phases, strict=False))

    def _surplus(self, t: float) -> float:
        """The integral of ``_valve - 1``: what has flowed too much so far, in seconds of normal flow."""
        return sum(-a * period / (2 * pi) * cos(2 * pi * t / period + phase)
                   for (period, a), phase in zip(_WAVES, self._phases, strict=False))

    def _ambient(self, t: float) -> float:
        """Day and night, °C around the mean."""
        return 1.2 * sin(2 * pi * t / 86400 + self._phases[2])

    def _wear(self, t: float) -> float:
        """How far the warm bearing's damage has come: 0 a week before the start, 1 at it, below 1.1 for ever."""
        progress = (t - (self.started - HISTORY).timestamp()) / HISTORY.total_seconds()
        return max(progress, 0.0) ** 1.5 if progress <= 1.0 else 1.1 - 0.1 * exp(1.0 - progress)

    def _true(self, it: Instrument, t: float) -> float:
        if it.key.endswith(("-A", "-B")):
            return self._pump(it, t)
        return self._process(it, t)

    def _pump(self, it: Instrument, t: float) -> float:
        kind, running, q = it.key[:-2], it.asset == self.plant.duty, self._valve(t)
        head = 0.004 * (self._true(self._instruments["LI-TF"], t) - self._instruments["LI-TF"].normal)
        if kind == "PI-SUC":
            return it.normal + head - (0.05 * (q * q - 1.0) if running else 0.0)
        if not running:  # cold: temperatures follow the room, nothing turns
            return it.normal + (self._ambient(t) if it.unit == "°C" else 0.0)
        wear = self._wear(t) - 1.0  # -1 a week ago, 0 now
        return {
            "TI-DE": it.normal + _BEARING_RISE * wear + 0.1 * self._ambient(t),
            "TI-NDE": it.normal + 2.0 * wear + 0.3 * self._ambient(t),
            "VI": it.normal * (1.0 + 0.1 * wear + 0.3 * (q - 1.0)),
            "II": it.normal * (0.6 + 0.4 * q),
            "PI-DIS": it.normal * (1.25 - 0.25 * q * q) + head,  # the pump curve
            "SI": it.normal * (1.0 - 0.004 * (q - 1.0)),  # slip grows with load
        }[kind]

    def _process(self, it: Instrument, t: float) -> float:
        q, surplus, ambient = self._valve(t), self._surplus(t), self._ambient(t)
        cold = self._instruments["TI-E-in"].normal + ambient
        hot = self._instruments["TI-E-hot-in"].normal + 0.8 * sin(2 * pi * t / 14400 + self._phases[3])
        out, back = self._exchanger(q, cold, hot)
        return {
            "FIC": it.normal * q,
            "ZI-FV": it.normal * q,
            "TICSA": out,
            "TI-E-in": cold,
            "TI-E-hot-in": hot,
            "TI-E-hot-out": back,
            "LIC": it.normal + _LEVEL_PER_SECOND * surplus,
            "LI-TF": it.normal - _LEVEL_PER_SECOND * surplus,
            "TI-TF": it.normal + ambient,
            "TI-TP": it.normal + 0.6 * (out - self._instruments["TICSA"].normal),
            "PI-TP": it.normal + 0.004 * _LEVEL_PER_SECOND * surplus,
            "PDI-E": it.normal * q * q,
            "FI-D": it.normal * q,  # dosed in ratio to the feed
            "PI-D": it.normal * (0.9 + 0.1 * q),
            "SI-D": it.normal * q,
            "AI": it.normal * (1.0 + 0.2 * (q - 1.0)),
        }[it.key]

    def _exchanger(self, q: float, cold: float, hot: float) -> tuple[float, float]:
        """Product outlet and hot water return, °C: less effective with more flow, heat balanced between the sides."""
        normal = {key: self._instruments[key].normal for key in ("TICSA", "TI-E-in", "TI-E-hot-in", "TI-E-hot-out")}
        gain = normal["TICSA"] - normal["TI-E-in"]
        effectiveness = gain / (normal["TI-E-hot-in"] - normal["TI-E-in"]) * q**-0.3
        out = cold + (hot - cold) * effectiveness
        return out, hot - (normal["TI-E-hot-in"] - normal["TI-E-hot-out"]) * q * (out - cold) / gain
