"""The legs that the settings name: packaged ones, and those made from ``[retrieval.leg_options]``."""

from collections.abc import Mapping
from typing import Any

from retrieval.errors import BadSetting
from retrieval.legs.base import Leg, LegType
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings


def chosen_legs(settings: RetrievalSettings) -> dict[str, Leg]:
    """By name, in the settings' order. Raises ``BadSetting``."""
    packaged: dict[str, Leg] = discover("retrieval.legs", "LEG")
    types: dict[str, LegType] = discover("retrieval.legs", "LEG_TYPE")
    if not settings.legs:
        raise BadSetting(f"[retrieval] legs: name at least one of {', '.join(packaged)}")
    legs = {name: _leg(name, settings.leg_options.get(name), packaged, types) for name in settings.legs}
    for name, leg in legs.items():
        if leg.over and leg.over not in legs:
            raise BadSetting(f"[retrieval] legs: {name!r} searches the vectors of {leg.over!r}; name that one as well")
    return legs


def _leg(
    name: str, options: Mapping[str, Any] | None, packaged: Mapping[str, Leg], types: Mapping[str, LegType]
) -> Leg:
    if options is None:
        if name not in packaged:
            raise BadSetting(
                f"[retrieval] legs: no leg {name!r}; choose from {', '.join(packaged)}, "
                f"or describe it in [retrieval.leg_options.{name}]"
            )
        return packaged[name]
    rest = dict(options)
    kind = rest.pop("type", None)
    if kind not in types:
        raise BadSetting(f"[retrieval.leg_options.{name}] type: one of {', '.join(types)}, not {kind!r}")
    return types[kind].make(name, rest)
