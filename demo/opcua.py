"""The simulated plant behind a real OPC UA server: ``python -m demo plant --seed 1 --port 4840``.

Objects > site > unit > equipment > variables. A variable is an AnalogItemType (OPC 10000-8) with EURange,
EngineeringUnits, the limits of a LimitAlarmType (OPC 10000-9), its asset's tag, and ``Simulated``. Nothing in it can
be written. HistoryRead raw gives a sample a minute for seven days, computed when asked for.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from demo.plant import Instrument, build
from demo.simulator import Simulator, State

if TYPE_CHECKING:
    from asyncua import Server

NAMESPACE = "urn:plantwright:demo"
HISTORY_STEP = timedelta(minutes=1)
SAMPLES_PER_RESPONSE = 2000
UPDATE_SECONDS = 1.0
# UNECE Recommendation 20 codes; OPC UA's UnitId is the code's bytes as a number.
_UNECE = {"°C": "CEL", "mm/s": "C16", "A": "AMP", "bar": "BAR", "rpm": "RPM", "m³/h": "MQH", "%": "P1", "L/h": "E32",
          "1/min": "C94", "µS/cm": "G42"}
_SEVERITY: dict[State, int] = {"low_low": 900, "high_high": 900, "low": 700, "high": 700}


def describe(simulator: Simulator, instrument: Instrument) -> str:
    """``P-101A drive-end bearing temperature``."""
    return f"{simulator.plant.tag(instrument.asset)} {instrument.name}"


class DemoServer:
    """One simulated plant on one endpoint. ``url`` is known once it listens; port 0 takes a free one."""

    def __init__(self, simulator: Simulator, host: str, port: int) -> None:
        self.simulator, self.host, self.port = simulator, host, port
        self.server: Any = None
        self.nodes: dict[str, Any] = {}  # node ids by instrument key
        self._alarms: dict[str, State] = {}  # by tag
        self._events: Any = None

    @property
    def url(self) -> str:
        return f"opc.tcp://{self.host}:{self.port}/plantwright/"

    async def start(self) -> None:
        """Build the address space and listen. Raises ``OSError`` when the port is taken."""
        from asyncua import Server, ua

        self.server = server = Server()
        await server.init()
        server.allow_remote_admin(False)
        server.set_endpoint(self.url)
        server.set_server_name("Plantwright simulated plant")
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        server.set_identity_tokens([ua.AnonymousIdentityToken])
        await self._populate(server, await server.register_namespace(NAMESPACE))
        server.iserver.history_manager.set_storage(_storage(self.simulator, self.nodes))
        self._events = await server.get_event_generator()
        await self.update()
        await server.start()
        self.port = server.bserver.port

    async def stop(self) -> None:
        await self.server.stop()

    async def update(self) -> None:
        """Write the present second's values with their source timestamp, and raise events for new alarms."""
        from asyncua import ua

        now = self.simulator.clock()
        codes = {"good": ua.StatusCodes.Good, "uncertain": ua.StatusCodes.UncertainLastUsableValue,
                 "bad": ua.StatusCodes.BadSensorFailure}
        for key, node in self.nodes.items():
            quality = self.simulator.quality(key)
            value = ua.Variant(self.simulator.value(key, now), ua.VariantType.Double)
            await self.server.write_attribute_value(node, ua.DataValue(
                value, StatusCode=ua.StatusCode(codes[quality]), SourceTimestamp=now, ServerTimestamp=now))
        await self._raise_events(now)

    async def _raise_events(self, now: datetime) -> None:
        alarms = {alarm.tag: alarm for alarm in self.simulator.alarms(now)}
        for tag, alarm in alarms.items():
            if self._alarms.get(tag) != alarm.state:
                self._events.event.SourceName, self._events.event.Severity = tag, _SEVERITY[alarm.state]
                await self._events.trigger(now, message=f"{tag} {alarm.state.replace('_', ' ')} alarm: {alarm.value:g} "
                                                        f"against a limit of {alarm.limit:g}")
        self._alarms = {tag: alarm.state for tag, alarm in alarms.items()}

    async def _populate(self, server: "Server", index: int) -> None:
        from asyncua import ua

        plant = self.simulator.plant
        site = await server.nodes.objects.add_folder(ua.NodeId(1, index), ua.QualifiedName(plant.site, index))
        unit = await site.add_folder(ua.NodeId(2, index), ua.QualifiedName(plant.area, index))
        assets: dict[str, Any] = {}
        for number, key in enumerate(dict.fromkeys(instrument.asset for instrument in plant.instruments), 10):
            part = plant.part(key)
            assets[key] = await unit.add_object(ua.NodeId(number, index), ua.QualifiedName(part.tag, index))
            for offset, (name, text) in enumerate({"Tag": part.tag, "Area": plant.area, "Name": part.name}.items()):
                await assets[key].add_property(ua.NodeId(100 + number * 10 + offset, index), name, text)
        for number, instrument in enumerate(plant.instruments, 1):
            node = ua.NodeId(1000 * number, index)
            await self._add_variable(assets[instrument.asset], node, instrument)
            self.nodes[instrument.key] = node

    async def _add_variable(self, asset: Any, node: Any, instrument: Instrument) -> None:
        from asyncua import ua

        readable = ua.AccessLevel.CurrentRead.mask | ua.AccessLevel.HistoryRead.mask
        attributes = ua.VariableAttributes(
            DisplayName=ua.LocalizedText(instrument.tag), Description=ua.LocalizedText(
                describe(self.simulator, instrument), "en"),
            Value=ua.Variant(0.0, ua.VariantType.Double), DataType=ua.NodeId(ua.ObjectIds.Double),
            ValueRank=ua.ValueRank.Scalar, AccessLevel=readable, UserAccessLevel=readable,
            MinimumSamplingInterval=1000.0 * UPDATE_SECONDS, Historizing=True)
        item = ua.AddNodesItem(
            ParentNodeId=asset.nodeid, ReferenceTypeId=ua.NodeId(ua.ObjectIds.HasComponent), RequestedNewNodeId=node,
            BrowseName=ua.QualifiedName(instrument.tag, node.NamespaceIndex), NodeClass=ua.NodeClass.Variable,
            NodeAttributes=attributes, TypeDefinition=ua.NodeId(ua.ObjectIds.AnalogItemType))
        (added,) = await self.server.iserver.isession.add_nodes([item])
        added.StatusCode.check()
        variable = self.server.get_node(node)
        for offset, (name, value) in enumerate(self._properties(instrument).items(), 1):
            await variable.add_property(ua.NodeId(node.Identifier + offset, node.NamespaceIndex), name, value)

    def _properties(self, it: Instrument) -> dict[str, Any]:
        from asyncua import ua

        unit = ua.EUInformation(
            NamespaceUri="http://www.opcfoundation.org/UA/units/un/cefact",
            UnitId=int.from_bytes(_UNECE[it.unit].encode(), "big"), DisplayName=ua.LocalizedText(it.unit))
        limits = {"LowLowLimit": it.low_low, "LowLimit": it.low, "HighLimit": it.high, "HighHighLimit": it.high_high}
        return {"EURange": ua.Range(it.range_low, it.range_high), "EngineeringUnits": unit,
                **{name: float(limit) for name, limit in limits.items() if limit is not None},
                "Asset": self.simulator.plant.tag(it.asset), "Simulated": True}


def _storage(simulator: Simulator, nodes: dict[str, Any]) -> Any:
    from asyncua import ua
    from asyncua.server.history import HistoryStorageInterface

    keys = {node: key for key, node in nodes.items()}

    class SimulatedHistory(HistoryStorageInterface):  # type: ignore[misc]
        """Answers HistoryRead from the simulator: nothing is kept, nothing is saved."""

        async def init(self) -> None: ...

        async def new_historized_node(self, node_id: Any, period: timedelta | None, count: int = 0) -> None: ...

        async def save_node_value(self, node_id: Any, datavalue: Any) -> None: ...

        async def new_historized_event(self, source_id: Any, evtypes: Any, period: Any, count: int = 0) -> None: ...

        async def save_event(self, event: Any) -> None: ...

        async def stop(self) -> None: ...

        async def read_event_history(self, source_id: Any, start: Any, end: Any, nb_values: int,
                                     evfilter: Any) -> tuple[list[Any], datetime | None]:
            return [], None

        async def read_node_history(self, node_id: Any, start: datetime | None, end: datetime | None,
                                    nb_values: int) -> tuple[list[Any], datetime | None]:
            """Backwards in time when there is no start or it lies after the end (OPC 10000-11, 6.5.3)."""
            if node_id not in keys:
                raise ua.UaStatusCodeError(ua.StatusCodes.BadHistoryOperationUnsupported)
            times, more = _times(simulator, start, end, nb_values)
            values = await asyncio.to_thread(lambda: [simulator.value(keys[node_id], time) for time in times])
            return [ua.DataValue(ua.Variant(value, ua.VariantType.Double), SourceTimestamp=time, ServerTimestamp=time)
                    for time, value in zip(times, values, strict=True)], more

    return SimulatedHistory()


def _times(simulator: Simulator, start: datetime | None, end: datetime | None,
           wanted: int) -> tuple[list[datetime], datetime | None]:
    """The sample times of one response, and the first of the next one (None: that was all)."""
    unset = datetime(1601, 1, 2, tzinfo=UTC)  # OPC UA writes "no time" as the first of January 1601
    start, end = (None if time is None or time < unset else time for time in (start, end))
    backwards = start is None or (end is not None and start > end)
    early, late = (end, start) if backwards and start else (start, end)
    every = simulator.times(early or unset, late or simulator.clock(), HISTORY_STEP)
    if backwards:
        every.reverse()
    if wanted:
        every = every[:wanted]
    return every[:SAMPLES_PER_RESPONSE], every[SAMPLES_PER_RESPONSE] if len(every) > SAMPLES_PER_RESPONSE else None


@asynccontextmanager
async def serve(simulator: Simulator, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[DemoServer]:
    """A listening server whose values move every second until the block ends."""
    plant = DemoServer(simulator, host, port)
    await plant.start()
    updates = asyncio.create_task(_keep_updating(plant))
    try:
        yield plant
    finally:
        updates.cancel()
        await asyncio.gather(updates, return_exceptions=True)
        await plant.stop()


async def _keep_updating(plant: DemoServer) -> None:
    while True:
        await asyncio.sleep(UPDATE_SECONDS)
        await plant.update()


def utc_now() -> datetime:
    return datetime.now(UTC)


def main(seed: int, port: int, host: str = "127.0.0.1", clock: Callable[[], datetime] = utc_now) -> int:
    """Serve until SIGTERM or Ctrl-C; 0. A port that is taken ends the process with one line and code 1."""
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)  # it prints a traceback for a port that is taken
    try:
        asyncio.run(_serve_until_told(Simulator(build(seed), clock), host, port))
    except OSError as error:
        raise SystemExit(f"cannot listen on {host}:{port}: {error.strerror or error}; "
                         "end what uses the port or choose another with --port") from None
    return 0


async def _serve_until_told(simulator: Simulator, host: str, port: int) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with serve(simulator, host, port) as plant:
        print(f"simulated plant ready: {plant.url} (unit {simulator.plant.unit}, {len(plant.nodes)} tags, "
              f"seed {simulator.plant.seed})", flush=True)
        await told.wait()
