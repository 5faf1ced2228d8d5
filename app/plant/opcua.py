"""The plant's own OPC UA server, read only: browse once, subscribe to every value, answer from what came last.

The client sends Browse, Read, Subscribe and HistoryRead requests and no others. A lost connection is taken up again
in the background; until then readings stand as they were, with quality uncertain and the timestamp they had.
"""

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import Field

from app.plant._limits import alarm_of, most_severe_first, visible
from app.plant._opcua_browse import browse, read
from app.plant.base import Alarm, LimitState, PlantSource, Quality, Reading, Sample, TagInfo
from retrieval.errors import BadSetting, DeadlinePassed, NotFound, Unavailable
from retrieval.models import Caller
from retrieval.settings import Section

_log = logging.getLogger(__name__)
_PUBLISH_MS = 500.0
_FIRST_RETRY_SECONDS = 0.5


class OpcUaSettings(Section):
    """``[app.plant]`` with ``source = "opcua"``."""

    endpoint_url: str = Field("opc.tcp://127.0.0.1:4840/plantwright/", pattern=r"^opc\.tcp://[^/]+")
    timeout_seconds: float = Field(4.0, gt=0, le=120)  # of one request
    stale_after_seconds: float = Field(10.0, ge=2)  # silence of the server after which quality is uncertain
    reconnect_max_seconds: float = Field(15.0, gt=0)
    username: str | None = None
    password_file: Path | None = None

    def password(self) -> str | None:
        """The file's one line. Raises ``BadSetting``."""
        if self.password_file is None:
            return None
        try:
            return self.password_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f"[app.plant] password_file: cannot read {self.password_file}: {error}") from None


def utc_now() -> datetime:
    return datetime.now(UTC)


class OpcUaPlant:
    """Reads come from the cache that the subscription fills, so none waits for a slow server."""

    def __init__(self, settings: OpcUaSettings, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings, self.clock = settings, clock
        self._password = settings.password()
        self._infos: dict[str, TagInfo] = {}
        self._nodes: dict[str, Any] = {}
        self._readings: dict[str, Reading] = {}
        self._since: dict[str, tuple[LimitState, datetime]] = {}  # state and when it was first seen
        self._client: Any = None  # while connected
        self._subscription: Any = None
        self._heard = -math.inf  # monotonic time of the connection
        self._problem = "not connected yet"

    async def tags(self, caller: Caller) -> Sequence[TagInfo]:
        self._must_have_connected()
        return [info for info in self._infos.values() if visible(caller, info)]

    async def read(self, caller: Caller, tags: Sequence[str]) -> Mapping[str, Reading]:
        self._must_have_connected()
        found = ((tag, self._readings.get(tag)) for tag in tags)
        return {tag: self._as_of_now(reading) for tag, reading in found if reading and visible(caller, reading.info)}

    async def history(self, caller: Caller, tag: str, start: datetime, end: datetime) -> Sequence[Sample]:
        from asyncua import ua

        self._must_have_connected()
        if tag not in self._infos or not visible(caller, self._infos[tag]):
            raise NotFound(f"no live tag {tag}")
        if self._client is None:
            raise self._unavailable()
        try:
            node = self._client.get_node(self._nodes[tag])
            values = await node.read_raw_history(start, end, return_bounds=False)
        except TimeoutError:
            raise DeadlinePassed(f"the history of {tag} did not come in time; ask for a shorter span") from None
        except ua.uaerrors.BadHistoryOperationUnsupported:
            raise NotFound(f"the plant's server keeps no history of {tag}") from None
        except (OSError, ua.UaError) as error:
            raise Unavailable(f"the history of {tag} cannot be read: {_words(error)}") from None
        samples = (_sample(value, self.clock) for value in values)
        return sorted((sample for sample in samples if start <= sample.timestamp <= end), key=lambda s: s.timestamp)

    async def alarms(self, caller: Caller) -> Sequence[Alarm]:
        self._must_have_connected()
        seen = [reading for reading in self._readings.values() if visible(caller, reading.info)]
        found = (alarm_of(reading, self._since[reading.info.tag][1]) for reading in seen)
        return most_severe_first(alarm for alarm in found if alarm)

    async def ready(self) -> bool:
        return self._listening()

    async def keep_connected(self) -> None:
        """Connect, and connect again whenever that ends; runs until cancelled."""
        delay = _FIRST_RETRY_SECONDS
        while True:
            began = time.monotonic()
            try:
                await self._session()
                self._problem = "the connection was lost"
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                self._problem = "the connection was lost"  # asyncua cancels the requests that were under way
            except Exception as error:  # whatever a server makes asyncua raise must not end the trying
                self._problem = _words(error)
            _log.warning("OPC UA %s: %s; trying again", self.settings.endpoint_url, self._problem)
            held = time.monotonic() - began > self.settings.reconnect_max_seconds
            delay = _FIRST_RETRY_SECONDS if held else min(delay * 2, self.settings.reconnect_max_seconds)
            await asyncio.sleep(delay)

    async def _session(self) -> None:
        """One connection from its first byte until it is lost."""
        from asyncua import Client

        timeout = self.settings.timeout_seconds
        client = Client(self.settings.endpoint_url, timeout=timeout, watchdog_intervall=timeout)
        client.name = "Plantwright (reads only)"
        client.session_timeout = 60_000  # ms; a server soon forgets a client that is gone
        if self.settings.username:
            client.set_user(self.settings.username)
            client.set_password(self._password or "")
        lost = asyncio.Event()

        async def on_loss(_: Exception) -> None:
            lost.set()

        client.connection_lost_callback = on_loss
        await client.connect()
        try:
            await self._learn(client, lost)
            self._client, self._heard = client, time.monotonic()
            _log.info("OPC UA %s: connected, %d tags", self.settings.endpoint_url, len(self._infos))
            await lost.wait()
        finally:
            self._client = self._subscription = None
            with suppress(Exception):  # it may be gone already; nothing is left to be done about it
                await asyncio.wait_for(client.disconnect(), timeout)

    async def _learn(self, client: Any, lost: asyncio.Event) -> None:
        """Browse, read every value once, subscribe to all."""
        from asyncua import ua

        infos = await browse(client)
        self._nodes = {}
        for node, info in infos.items():
            if self._nodes.setdefault(info.tag, node) is not node:
                _log.warning("OPC UA: tag %s stands twice in the address space; %s is not read", info.tag, node)
        self._infos = {tag: infos[node] for tag, node in self._nodes.items()}
        self._readings = {tag: reading for tag, reading in self._readings.items() if tag in self._infos}
        values = await read(client, self._nodes.values(), ua.AttributeIds.Value)
        for tag, value in zip(self._nodes, values, strict=True):
            self._note(tag, value)
        names = {node: tag for tag, node in self._nodes.items()}
        keep_alives = max(1, int(self.settings.stale_after_seconds * 1000 / _PUBLISH_MS / 2))
        parameters = ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=_PUBLISH_MS,
            RequestedLifetimeCount=10 * keep_alives,
            RequestedMaxKeepAliveCount=keep_alives,
            MaxNotificationsPerPublish=10_000,
            PublishingEnabled=True,
        )
        self._subscription = await client.create_subscription(parameters, _Handler(self, names, lost))
        await self._subscription.subscribe_data_change([client.get_node(node) for node in names])

    def _note(self, tag: str, value: Any) -> None:
        shown, quality, at = _reading(value, self.clock)
        reading = Reading(info=self._infos[tag], value=shown, quality=quality, timestamp=at)
        self._readings[tag] = reading
        before = self._since.get(tag)
        if before is None or before[0] != reading.state:
            self._since[tag] = (reading.state, at)

    def _listening(self) -> bool:
        """Connected, and the server has said something of late, be it that nothing changed."""
        last = getattr(self._subscription, "last_publish_at", None) or self._heard
        return self._client is not None and time.monotonic() - last <= self.settings.stale_after_seconds

    def _as_of_now(self, reading: Reading) -> Reading:
        if reading.quality != "good" or self._listening():
            return reading
        return reading.model_copy(update={"quality": "uncertain"})

    def _must_have_connected(self) -> None:
        if not self._readings:
            raise self._unavailable()

    def _unavailable(self) -> Unavailable:
        return Unavailable(
            f"the plant's OPC UA server at {self.settings.endpoint_url} does not answer "
            f"({self._problem}); start it or correct endpoint_url in [app.plant]"
        )


class _Handler:
    """asyncua calls these by name."""

    def __init__(self, plant: OpcUaPlant, tags: Mapping[Any, str], lost: asyncio.Event) -> None:
        self._plant, self._tags, self._lost = plant, tags, lost

    def datachange_notification(self, node: Any, _value: Any, data: Any) -> None:
        self._plant._note(self._tags[node.nodeid], data.monitored_item.Value)

    def status_change_notification(self, _status: Any) -> None:
        self._lost.set()  # the server has ended the subscription


def _reading(value: Any, clock: Callable[[], datetime]) -> tuple[float | str | bool | None, Quality, datetime]:
    """Value, quality and source timestamp of a DataValue; what is no usable scalar is bad."""
    at = value.SourceTimestamp or value.ServerTimestamp or clock()
    status = value.StatusCode
    raw = value.Value.Value if value.Value is not None else None
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raw = float(raw) if math.isfinite(raw) else None
    usable = isinstance(raw, float | str | bool) and not (status is not None and status.is_bad())
    quality: Quality = "good" if usable else "bad"
    if usable and status is not None and status.is_uncertain():
        quality = "uncertain"
    return raw if usable else None, quality, at if at.tzinfo else at.replace(tzinfo=UTC)


def _sample(value: Any, clock: Callable[[], datetime]) -> Sample:
    shown, quality, at = _reading(value, clock)
    return Sample(timestamp=at, value=float(shown) if isinstance(shown, int | float) else None, quality=quality)


def _words(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


class OpcUaVariant:
    def open(self, options: Mapping[str, Any]) -> AbstractAsyncContextManager[PlantSource]:
        """Raises ``BadSetting``."""
        settings = OpcUaSettings.parse("app.plant", options)
        if settings.password_file and not settings.username:
            raise BadSetting("[app.plant] password_file: there is no username that it belongs to; set username")
        return _open(OpcUaPlant(settings))


@asynccontextmanager
async def _open(plant: OpcUaPlant) -> AsyncIterator[PlantSource]:
    # asyncua logs a traceback for every connection it loses; this module says it in one line.
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)
    connection = asyncio.create_task(plant.keep_connected())
    try:
        yield plant
    finally:
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)


PLANT = OpcUaVariant()
