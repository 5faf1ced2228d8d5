"""The demo's OPC UA server, asked by a plain asyncua client and run as a process of its own."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, Node, ua

from demo.opcua import DemoServer, serve
from demo.plant import build
from demo.simulator import Simulator

NOW = datetime(2026, 11, 23, 14, 3, 11, tzinfo=UTC)
SCRIPT = "import sys, demo.opcua; sys.exit(demo.opcua.main(int(sys.argv[1]), int(sys.argv[2])))"


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plant() -> AsyncIterator[DemoServer]:
    async with serve(Simulator(build(1), lambda: NOW)) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(plant: DemoServer) -> AsyncIterator[Client]:
    async with Client(plant.url) as connected:
        yield connected


def node(client: Client, plant: DemoServer, key: str) -> Node:
    return client.get_node(plant.nodes[key])


async def properties(variable: Node) -> dict[str, Any]:
    return {(await prop.read_browse_name()).Name: await prop.read_value() for prop in await variable.get_properties()}


async def test_thirty_analog_items_with_numeric_ids(plant: DemoServer, client: Client) -> None:
    assert len(plant.nodes) == 30
    for instrument in plant.simulator.plant.instruments:
        variable = node(client, plant, instrument.key)
        assert isinstance(variable.nodeid.Identifier, int)
        assert await variable.read_type_definition() == ua.NodeId(ua.ObjectIds.AnalogItemType)
        assert (await variable.read_display_name()).Text == instrument.tag


async def test_variable_carries_unit_range_limits_asset_and_description(plant: DemoServer, client: Client) -> None:
    bearing = node(client, plant, "TI-DE-A")
    limits = plant.simulator.plant.instrument("TI-DE-A")
    found = await properties(bearing)
    assert (await bearing.read_description()).Text == "P-101A drive-end bearing temperature"
    assert found["EngineeringUnits"].DisplayName.Text == "°C"
    assert found["EngineeringUnits"].UnitId == 4408652  # UNECE "CEL"
    assert (found["EURange"].Low, found["EURange"].High) == (0, 150)
    assert (found["HighLimit"], found["HighHighLimit"]) == (limits.high, limits.high_high)
    assert "LowLimit" not in found
    assert (found["Asset"], found["Simulated"]) == ("P-101A", True)


async def test_equipment_carries_its_area(plant: DemoServer, client: Client) -> None:
    parent = await node(client, plant, "FIC").get_parent()
    assert parent is not None
    assert (await properties(parent))["Area"] == "U100"
    assert (await properties(parent))["Tag"] == "FV-101"


async def test_value_is_the_simulators_with_its_source_timestamp(plant: DemoServer, client: Client) -> None:
    value = await node(client, plant, "FIC").read_data_value()
    assert value.Value.Value == plant.simulator.value("FIC", NOW)
    assert value.SourceTimestamp == NOW
    assert value.StatusCode.is_good()


async def test_injected_failure_reads_as_bad(plant: DemoServer, client: Client) -> None:
    plant.simulator.inject("FIC", "bad")
    await plant.update()
    value = await node(client, plant, "FIC").read_data_value(raise_on_bad_status=False)
    assert value.StatusCode.is_bad()
    assert value.Value.Value is None
    plant.simulator.inject("FIC", "good")
    await plant.update()


async def test_nothing_can_be_written(plant: DemoServer, client: Client) -> None:
    with pytest.raises(ua.UaStatusCodeError):
        await node(client, plant, "ZI-FV").write_value(0.0)
    for prop in await node(client, plant, "ZI-FV").get_properties():
        with pytest.raises(ua.UaStatusCodeError):
            await prop.write_value(await prop.read_value())
    assert await node(client, plant, "ZI-FV").read_value() == plant.simulator.value("ZI-FV", NOW)


async def test_seven_days_of_history_in_several_responses(plant: DemoServer, client: Client) -> None:
    samples = await node(client, plant, "TI-DE-A").read_raw_history(NOW - timedelta(days=9), NOW)
    assert len(samples) == 7 * 24 * 60
    times = [sample.SourceTimestamp for sample in samples]
    assert times == sorted(set(times))
    assert samples[5000].Value.Value == plant.simulator.value("TI-DE-A", times[5000])


async def test_history_without_a_start_gives_the_newest_first(plant: DemoServer, client: Client) -> None:
    samples = await node(client, plant, "FIC").read_raw_history(None, NOW, numvalues=3)
    assert [sample.SourceTimestamp.minute for sample in samples] == [3, 2, 1]


async def test_new_alarm_is_an_event(plant: DemoServer, client: Client) -> None:
    events: asyncio.Queue[Any] = asyncio.Queue()

    class Handler:
        def event_notification(self, event: Any) -> None:
            events.put_nowait(event)

    plant.simulator.inject("TI-DE-A", "bad")
    await plant.update()
    subscription = await client.create_subscription(50, Handler())
    await subscription.subscribe_events()
    plant.simulator.inject("TI-DE-A", "good")
    await plant.update()
    event = await asyncio.wait_for(events.get(), 10)
    assert event.SourceName == "TI-115A"
    assert "high alarm" in event.Message.Text


async def start(port: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", SCRIPT, "7", str(port), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_process_says_when_it_is_ready_and_ends_cleanly(number: signal.Signals) -> None:
    process = await start(0)
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    assert line.startswith("simulated plant ready: opc.tcp://127.0.0.1:")
    process.send_signal(number)
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, errors) == (0, b"")


async def test_busy_port_is_one_line_and_code_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await start(port)
        _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert errors.decode().count("\n") == 1
    assert f"127.0.0.1:{port}" in errors.decode()
