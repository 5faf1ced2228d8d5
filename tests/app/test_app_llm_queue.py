"""The queue in front of a model: order, places, cancelling at any moment."""

import asyncio

import pytest

from app.llm.queue import Turnstile


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def hold(gate: Turnstile, name: str, log: list[str], go: asyncio.Event, places: list[int]) -> None:
    async with gate.turn(places.append):
        log.append(name)
        await go.wait()


async def test_first_come_first_served_and_places_move() -> None:
    gate, log, go = Turnstile(1), list[str](), [asyncio.Event() for _ in range(3)]
    places: list[list[int]] = [[], [], []]
    tasks = [asyncio.create_task(hold(gate, name, log, go[i], places[i])) for i, name in enumerate("abc")]
    await settle()
    assert (log, places, gate.waiting) == (["a"], [[], [1], [2]], 2)
    go[0].set()
    await settle()
    assert (log, places) == (["a", "b"], [[], [1, 0], [2, 1]])
    go[1].set()
    go[2].set()
    await asyncio.gather(*tasks)
    assert places[2] == [2, 1, 0]


@pytest.mark.parametrize("width", [1, 2, 3])
async def test_never_more_than_its_width(width: int) -> None:
    gate, inside, most = Turnstile(width), 0, 0

    async def pass_through() -> None:
        nonlocal inside, most
        async with gate.turn():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(pass_through() for _ in range(20)))
    assert most == width


async def test_who_leaves_the_line_frees_the_place() -> None:
    gate, log, go, places = Turnstile(1), list[str](), asyncio.Event(), list[int]()
    first = asyncio.create_task(hold(gate, "a", log, go, []))
    second = asyncio.create_task(hold(gate, "b", log, go, []))
    third = asyncio.create_task(hold(gate, "c", log, go, places))
    await settle()
    second.cancel()
    await settle()
    assert places == [2, 1]
    go.set()
    await asyncio.gather(first, third)
    assert log == ["a", "c"]


async def test_a_turn_that_comes_as_one_cancels_is_handed_on() -> None:
    gate, log, go = Turnstile(1), list[str](), asyncio.Event()
    first = asyncio.create_task(hold(gate, "a", log, go, []))
    second = asyncio.create_task(hold(gate, "b", log, go, []))
    third = asyncio.create_task(hold(gate, "c", log, go, []))
    await settle()
    go.set()
    first.cancel()  # leaves, and so calls b, which is cancelled before it runs
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(first, second, third, return_exceptions=True)
    assert log == ["a", "c"]
    async with gate.turn(lambda place: pytest.fail("must be free")):
        pass
