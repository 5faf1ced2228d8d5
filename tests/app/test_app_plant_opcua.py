"""What only the OPC UA client has to prove: that it never writes, and how it bears a server that fails.

It talks to the demo's real server through a relay that reads the wire, so that what it sends can be counted and its
connection cut.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from app.plant import opcua
from app.plant.base import PlantSource, Reading
from demo.opcua import DemoServer, serve
from demo.plant import build
from demo.simulator import Simulator
from retrieval.errors import DeadlinePassed, Unavailable
from retrieval.models import Caller

NOW = datetime(2026, 11, 23, 14, 3, 11, tzinfo=UTC)
ALL = Caller.local()
WARM, FLOW = "TI-115A", "FIC-101"
pytestmark = pytest.mark.asyncio(loop_scope="module")

# asyncua's numeric ids of the requests that a reader needs (OPC 10000-6, annex A), and of those that change something.
READING = {
    428: "GetEndpoints",
    446: "OpenSecureChannel",
    452: "CloseSecureChannel",
    461: "CreateSession",
    467: "ActivateSession",
    473: "CloseSession",
    527: "Browse",
    533: "BrowseNext",
    631: "Read",
    664: "HistoryRead",
    751: "CreateMonitoredItems",
    787: "CreateSubscription",
    793: "ModifySubscription",
    826: "Publish",
    847: "DeleteSubscriptions",
}
CHANGING = {
    488: "AddNodes",
    494: "AddReferences",
    500: "DeleteNodes",
    506: "DeleteReferences",
    673: "Write",
    700: "HistoryUpdate",
    712: "Call",
}


class Relay:
    """Passes bytes between a client and a server, and notes the type of every request."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, 0
        self.requests: list[int] = []
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Drop every connection and take no more."""
        assert self._server is not None
        self._server.close()
        self._open.set()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def stall(self) -> None:
        """Keep the connections and pass nothing on: a server that hangs."""
        self._open.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers |= {writer, back}
        for task in (asyncio.create_task(self._up(reader, back)), asyncio.create_task(self._down(there, writer))):
            self._tasks.add(task)

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readexactly(8)
                body = await reader.readexactly(int.from_bytes(head[4:8], "little") - 8)
                if head[:3] == b"MSG":
                    assert body[16] == 1, "request ids are four-byte NodeIds"
                    self.requests.append(int.from_bytes(body[18:20], "little"))
                await self._open.wait()
                writer.write(head + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()


@asynccontextmanager
async def opened(port: int, **options: Any) -> AsyncIterator[PlantSource]:
    url = f"opc.tcp://127.0.0.1:{port}/plantwright/"
    async with opcua.PLANT.open({"endpoint_url": url, "reconnect_max_seconds": 1.0, **options}) as plant:
        yield plant


async def until(condition: Callable[[], Any]) -> None:
    """Wait for what must come; the test's own timeout ends it when it does not."""
    while True:
        result = condition()
        if await result if inspect.isawaitable(result) else result:
            return
        await asyncio.sleep(0.02)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[DemoServer]:
    async with serve(Simulator(build(1), lambda: NOW)) as plant:
        yield plant


async def test_opcua_bad_quality_has_no_value(server: DemoServer) -> None:
    async with opened(server.port) as plant:
        await until(plant.ready)
        server.simulator.inject("FIC", "bad")
        try:
            await server.update()

            async def bad() -> bool:
                return (await plant.read(ALL, [FLOW]))[FLOW].quality == "bad"

            await until(bad)
            reading = (await plant.read(ALL, [FLOW]))[FLOW]
            assert (reading.value, reading.state) == (None, "unknown")
        finally:
            server.simulator.inject("FIC", "good")
            await server.update()


async def test_opcua_sends_nothing_that_changes_the_plant(server: DemoServer) -> None:
    relay = Relay(server.port)
    await relay.start()
    async with opened(relay.port) as plant:
        await until(plant.ready)
        await plant.tags(ALL)
        await plant.read(ALL, [WARM, FLOW])
        await plant.alarms(ALL)
        await plant.history(ALL, WARM, NOW - timedelta(days=7), NOW)
    await relay.cut()
    sent = set(relay.requests)
    assert {527, 631, 664, 787, 826} <= sent, "the relay saw no browsing, reading or subscribing"
    assert not sent & CHANGING.keys()
    assert sent <= READING.keys(), f"not known to be harmless: {sent - READING.keys()}"


async def test_relay_would_see_a_write(server: DemoServer) -> None:
    from asyncua import Client, ua

    relay = Relay(server.port)
    await relay.start()
    async with Client(f"opc.tcp://127.0.0.1:{relay.port}/") as client:
        with pytest.raises(ua.UaStatusCodeError):
            await client.get_node(server.nodes["FIC"]).write_value(0.0)
    await relay.cut()
    assert 673 in relay.requests


async def test_opcua_never_connected_is_unavailable_and_says_where() -> None:
    async with opened(1) as plant:
        assert not await plant.ready()
        for call in (plant.tags(ALL), plant.read(ALL, [WARM]), plant.alarms(ALL), plant.history(ALL, WARM, NOW, NOW)):
            with pytest.raises(Unavailable, match=r"opc\.tcp://127\.0\.0\.1:1/"):
                await call


async def test_opcua_keeps_the_last_reading_as_uncertain_and_comes_back(server: DemoServer) -> None:
    relay = Relay(server.port)
    await relay.start()
    async with opened(relay.port) as plant:
        await until(plant.ready)
        before = (await plant.read(ALL, [FLOW]))[FLOW]
        await relay.cut()

        async def gone() -> bool:
            return not await plant.ready()

        await until(gone)
        after = (await plant.read(ALL, [FLOW]))[FLOW]
        assert after == before.model_copy(update={"quality": "uncertain"})
        with pytest.raises(Unavailable):
            await plant.history(ALL, FLOW, NOW - timedelta(hours=1), NOW)
        await relay.start()  # on the port it had
        await until(plant.ready)
        assert (await plant.read(ALL, [FLOW]))[FLOW] == before
        await relay.cut()


async def test_opcua_read_does_not_wait_for_a_server_that_hangs(server: DemoServer) -> None:
    relay = Relay(server.port)
    await relay.start()
    async with opened(relay.port, stale_after_seconds=2, timeout_seconds=1) as plant:
        await until(plant.ready)
        relay.stall()
        with pytest.raises((DeadlinePassed, Unavailable)):
            await plant.history(ALL, FLOW, NOW - timedelta(hours=1), NOW)

        async def doubtful() -> bool:
            return (await plant.read(ALL, [FLOW]))[FLOW].quality == "uncertain"

        await until(doubtful)
        assert (await plant.read(ALL, [FLOW]))[FLOW].value == server.simulator.value("FIC", NOW)
        await relay.cut()


async def test_opcua_follows_the_server_by_subscription() -> None:
    clock = [NOW]
    async with serve(Simulator(build(7), lambda: clock[0])) as other, opened(other.port) as plant:
        await until(plant.ready)
        tag = other.simulator.plant.tag("FIC")
        clock[0] = NOW + timedelta(seconds=5)
        await other.update()

        async def moved() -> Reading | None:
            reading = (await plant.read(ALL, [tag]))[tag]
            return reading if reading.timestamp == clock[0] else None

        await until(moved)
        assert (await plant.read(ALL, [tag]))[tag].value == other.simulator.value("FIC", clock[0])
