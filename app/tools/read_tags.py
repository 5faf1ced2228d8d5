"""The tool ``read_tags``: what live tags read now, with unit, quality, time and limit state, stated by code."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from pydantic import Field

from app.plant.base import PlantSource, Reading, TagInfo
from app.tools._measurements import Measurement, best, measurements
from app.tools._readings_text import sentence, shown
from app.tools.base import Context, Fact, GiveUp, Outcome, TryAgain
from retrieval.errors import Transient
from retrieval.models import Asset, Caller, Frozen, Language
from retrieval.sql.assets import list_assets
from retrieval.tags import normalise

MOST = 6  # readings of an asset when nothing says which
FEW = 3  # up to this many are each stated
_IN_ALARM = ("low_low", "low", "high", "high_high")
_ABOUT_ALARMS = re.compile(r"\balarm|报警|\bout of limits?\b|超限", re.IGNORECASE)


class ReadTagsArguments(Frozen):
    """``tags`` are read as named; without them ``measurement`` (words in either language, or a whole question)
    picks among the tags of ``assets``, or of the whole plant."""

    tags: list[str] = Field(default=[], max_length=40)
    assets: list[str] = Field(default=[], max_length=20)
    measurement: str = Field(default="", max_length=4000)
    language: Language = "en"


class ReadTags:
    name = "read_tags"
    description = "What live tags read now: value, unit, quality, time, alarm state; by tag, or asset and measurement."
    arguments = ReadTagsArguments

    async def run(self, caller: Caller, arguments: ReadTagsArguments, context: Context) -> Outcome:
        """Raises ``TryAgain`` for tags and assets that nothing measures, ``GiveUp`` when the plant doesn't answer."""
        try:
            infos = {info.tag: info for info in await context.plant.tags(caller)}
            if not infos:
                raise GiveUp("there is no live data that you may see; [app.plant] names its source")
            register = {asset.tag: asset for asset in await asyncio.to_thread(list_assets, context.database, caller)}
            picked = await _pick(arguments, infos, register, context.plant, caller)
            readings = await context.plant.read(caller, picked)
        except Transient as error:
            raise GiveUp(str(error)) from None
        found = [readings[tag] for tag in picked if tag in readings]
        if not found and picked:
            raise GiveUp(f"no value of {', '.join(picked)} has come from the plant yet")
        return _outcome(found, register, arguments.language)


async def _pick(
    arguments: ReadTagsArguments,
    infos: Mapping[str, TagInfo],
    register: Mapping[str, Asset],
    plant: PlantSource,
    caller: Caller,
) -> list[str]:
    """The tags to read, in order. None at all: an alarm was asked for and there is none."""
    if arguments.tags:
        return _named(arguments.tags, infos)
    assets = [normalise(asset) for asset in arguments.assets]
    mine = [tag for tag, info in infos.items() if info.asset in assets] if assets else list(infos)
    if not mine:
        raise TryAgain(f"no live tag measures {', '.join(assets)}; assets that have live tags: {_assets(infos)}")
    asked = measurements(arguments.measurement)
    if asked:
        chosen = _measuring(asked, mine, infos, register, apart=bool(assets))
        if not chosen and assets:
            measured = "; ".join(f"{tag} {infos[tag].description}" for tag in mine)
            raise TryAgain(f"no live tag of {', '.join(assets)} measures that; it has: {measured}")
        if chosen and (assets or len(chosen) <= MOST):
            return chosen[: 2 * MOST]
    if not assets and not _ABOUT_ALARMS.search(arguments.measurement):
        raise TryAgain(f"name a tag, or an asset and what to measure; assets that have live tags: {_assets(infos)}")
    alarmed, others = _alarms_first(await plant.read(caller, mine))
    return [*alarmed, *(others if assets else ())][:MOST]


def _measuring(
    asked: Measurement, mine: Iterable[str], infos: Mapping[str, TagInfo], register: Mapping[str, Asset], *, apart: bool
) -> list[str]:
    """The tags among ``mine`` that measure what is asked; ``apart``: each asset's best, not the best of them all."""
    groups: dict[str | None, dict[str, list[str]]] = {}
    for tag in mine:
        groups.setdefault(infos[tag].asset if apart else None, {})[tag] = _descriptions(infos[tag], register)
    return [tag for group in groups.values() for tag in best(asked, group)]


def _named(tags: Iterable[str], infos: Mapping[str, TagInfo]) -> list[str]:
    wanted = list(dict.fromkeys(normalise(tag) for tag in tags))
    for tag in wanted:
        if tag not in infos:
            near = get_close_matches(tag, infos, n=3, cutoff=0.5)
            raise TryAgain(f"there is no live tag {tag}" + (f"; near it: {', '.join(near)}" if near else ""))
    return wanted


def _alarms_first(readings: Mapping[str, Reading]) -> tuple[list[str], list[str]]:
    """Tags in alarm, the most severe first; then the others in their order."""
    alarmed = [tag for tag, reading in readings.items() if reading.state in _IN_ALARM]
    alarmed.sort(key=lambda tag: readings[tag].state not in ("high_high", "low_low"))
    return alarmed, [tag for tag in readings if tag not in alarmed]


def _outcome(readings: Sequence[Reading], register: Mapping[str, Asset], language: Language) -> Outcome:
    if not readings:
        text = "目前没有处于报警状态的仪表。" if language == "zh" else "No live tag is in alarm now."
        return Outcome(summary="no tag is in alarm", facts=[Fact(text=text)])
    facts = [
        Fact(
            text=sentence(reading, _name(reading.info, register, language), language),
            tags=(reading.info.tag,),
            must_state=len(readings) <= FEW,
        )
        for reading in readings
    ]
    return Outcome(summary="read " + ", ".join(map(_short, readings)), readings=readings, facts=facts)


def _short(reading: Reading) -> str:
    return f"{reading.info.tag} {shown(reading) if reading.quality != 'bad' else '(bad quality)'}"


def _name(info: TagInfo, register: Mapping[str, Asset], language: Language) -> str:
    """What a tag measures: the source's own description, or in Chinese the register's, after its asset."""
    row = register.get(info.tag)
    if language == "zh" and row is not None and row.name_zh:
        asset = row.parent or info.asset or ""
        return row.name_zh if not asset or asset in row.name_zh else f"{asset} {row.name_zh}"
    return info.description or (row.name if row is not None else "")


def _descriptions(info: TagInfo, register: Mapping[str, Asset]) -> list[str]:
    row = register.get(info.tag)
    return [info.description, *((row.name, row.name_zh) if row is not None else ())]


def _assets(infos: Mapping[str, TagInfo]) -> str:
    return ", ".join(sorted({info.asset for info in infos.values() if info.asset})) or "none"


TOOL = ReadTags()
