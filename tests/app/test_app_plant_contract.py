"""One contract for every source of live data: the OPC UA client on a real server, the fake, none as far as it goes."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from app.plant import none, opcua, scripted
from app.plant.base import PlantSource, TagInfo
from app.plant.scripted import Scripted
from demo.opcua import DemoServer, serve
from demo.plant import build
from demo.simulator import Simulator
from retrieval.errors import BadSetting, NotFound, Unavailable
from retrieval.models import EVERYTHING, Caller
from retrieval.plugins import discover

NOW = datetime(2026, 11, 23, 14, 3, 11, tzinfo=UTC)
ALL = Caller.local()
NOBODY = Caller(name="nobody", groups=frozenset({EVERYTHING}))
ELSEWHERE = Caller(name="elsewhere", groups=frozenset({EVERYTHING}), areas=frozenset({"U200"}))
HERE = Caller(name="here", areas=frozenset({"U100"}))
WARM, FLOW = "TI-115A", "FIC-101"


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


def same_in_script(server: DemoServer) -> Scripted:
    sim, plant = server.simulator, server.simulator.plant
    infos = [
        TagInfo(
            tag=it.tag,
            description=f"{plant.tag(it.asset)} {it.name}",
            unit=it.unit,
            asset=plant.tag(it.asset),
            area=plant.area,
            range_low=it.range_low,
            range_high=it.range_high,
            low_low=it.low_low,
            low=it.low,
            high=it.high,
            high_high=it.high_high,
            simulated=True,
        )
        for it in plant.instruments
    ]
    script = Scripted(infos, {it.tag: sim.value(it.key, NOW) for it in plant.instruments}, lambda: NOW)
    for time, value in sim.history("TI-DE-A", NOW - timedelta(hours=1), NOW, timedelta(minutes=1))[::-1]:
        script.set(WARM, value, timestamp=time)
    script.set(WARM, sim.value("TI-DE-A", NOW))
    return script


@pytest_asyncio.fixture(params=["opcua", "scripted"], scope="module", loop_scope="module")
async def source(request: pytest.FixtureRequest, server: DemoServer) -> AsyncIterator[PlantSource]:
    if request.param == "scripted":
        yield same_in_script(server)
        return
    async with opened(server.port) as plant:
        await until(plant.ready)
        yield plant


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_three_variants_are_found() -> None:
    assert set(discover("app.plant", "PLANT")) == {"none", "opcua", "scripted"}


@pytest.mark.parametrize("kind", [none.NoPlant, opcua.OpcUaPlant, scripted.Scripted])
async def test_no_source_has_a_method_that_could_write(kind: type) -> None:
    public = {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}
    of_the_fake = {"set", "fail", "slow"} if kind is scripted.Scripted else set()
    assert public - of_the_fake - {"keep_connected"} == {"tags", "read", "history", "alarms", "ready"}


async def test_tags_carry_all_that_is_known_of_them(source: PlantSource, server: DemoServer) -> None:
    infos = {info.tag: info for info in await source.tags(ALL)}
    limits = server.simulator.plant.instrument("TI-DE-A")
    assert len(infos) == 30
    assert infos[WARM] == TagInfo(
        tag=WARM,
        description="P-101A drive-end bearing temperature",
        unit="°C",
        asset="P-101A",
        area="U100",
        range_low=0,
        range_high=150,
        high=limits.high,
        high_high=limits.high_high,
        simulated=True,
    )
    assert infos[FLOW].asset == "FV-101"


async def test_read_gives_value_quality_and_source_time(source: PlantSource, server: DemoServer) -> None:
    reading = (await source.read(ALL, [FLOW]))[FLOW]
    assert (reading.value, reading.quality, reading.timestamp) == (server.simulator.value("FIC", NOW), "good", NOW)
    assert reading.timestamp.tzinfo is not None


async def test_warm_bearing_reads_high(source: PlantSource) -> None:
    assert (await source.read(ALL, [WARM]))[WARM].state == "high"


async def test_unknown_tags_are_left_out(source: PlantSource) -> None:
    assert set(await source.read(ALL, ["TI-999", FLOW])) == {FLOW}


async def test_history_is_oldest_first_and_inside_its_bounds(source: PlantSource, server: DemoServer) -> None:
    start = NOW - timedelta(minutes=30, seconds=5)
    end = NOW - timedelta(minutes=1)
    samples = await source.history(ALL, WARM, start, end)
    assert len(samples) == 29
    assert [sample.timestamp for sample in samples] == sorted(sample.timestamp for sample in samples)
    assert start <= samples[0].timestamp < samples[-1].timestamp <= end
    assert samples[-1].value == server.simulator.value("TI-DE-A", samples[-1].timestamp)


async def test_history_of_an_unknown_tag(source: PlantSource) -> None:
    with pytest.raises(NotFound, match="TI-999"):
        await source.history(ALL, "TI-999", NOW - timedelta(hours=1), NOW)


async def test_alarms_name_the_limit_in_its_unit(source: PlantSource, server: DemoServer) -> None:
    (alarm,) = await source.alarms(ALL)
    limit = server.simulator.plant.instrument("TI-DE-A").high
    assert (alarm.tag, alarm.state, alarm.limit, alarm.unit, alarm.acknowledged) == (WARM, "high", limit, "°C", False)
    assert alarm.since <= NOW
    assert alarm.message == f"P-101A drive-end bearing temperature is above its high alarm limit of {limit:g} °C"


@pytest.mark.parametrize("caller", [NOBODY, ELSEWHERE], ids=lambda caller: caller.name)
async def test_tags_of_other_areas_do_not_exist(source: PlantSource, caller: Caller) -> None:
    assert list(await source.tags(caller)) == []
    assert dict(await source.read(caller, [WARM])) == {}
    assert list(await source.alarms(caller)) == []
    with pytest.raises(NotFound):
        await source.history(caller, WARM, NOW - timedelta(hours=1), NOW)


async def test_own_area_is_seen(source: PlantSource) -> None:
    assert len(await source.tags(HERE)) == 30


async def test_ready(source: PlantSource) -> None:
    assert await source.ready()


async def test_none_has_nothing_and_is_ready() -> None:
    async with none.PLANT.open({}) as plant:
        assert not await plant.tags(ALL)
        assert not await plant.alarms(ALL)
        assert dict(await plant.read(ALL, [WARM])) == {}
        assert await plant.ready()
        with pytest.raises(NotFound, match="no live data"):
            await plant.history(ALL, WARM, NOW, NOW)


@pytest.mark.parametrize("name", ["none", "opcua", "scripted"])
async def test_unknown_options_are_rejected_by_name(name: str) -> None:
    with pytest.raises(BadSetting, match="colour"):
        discover("app.plant", "PLANT")[name].open({"colour": "red"})


async def test_a_password_without_a_name_is_rejected(tmp_path: Any) -> None:
    (tmp_path / "secret").write_text("x\n")
    with pytest.raises(BadSetting, match="username"):
        opcua.PLANT.open({"password_file": str(tmp_path / "secret")})
    with pytest.raises(BadSetting, match="cannot read"):
        opcua.PLANT.open({"username": "reader", "password_file": str(tmp_path / "missing")})


async def test_scripted_from_options_fails_when_told() -> None:
    told = {"tag": WARM, "unit": "°C", "high": 80.0, "value": 90.0}
    async with scripted.PLANT.open({"readings": [told]}) as plant:
        assert isinstance(plant, Scripted)
        assert (await plant.read(ALL, [WARM]))[WARM].state == "high"
        plant.fail()
        assert not await plant.ready()
        with pytest.raises(Unavailable):
            await plant.read(ALL, [WARM])
