"""Generation is a queue: so many at once, the rest wait in the order they came and see their place."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

OnPlace = Callable[[int], None]


@dataclass(slots=True, eq=False)
class _Waiting:
    called: asyncio.Future[None]
    on_place: OnPlace | None
    place: int = 0


class Turnstile:
    """Lets ``width`` through at once, first come first served. For one event loop."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._inside = 0
        self._line: deque[_Waiting] = deque()

    @property
    def waiting(self) -> int:
        """How many stand in the line now."""
        return len(self._line)

    @asynccontextmanager
    async def turn(self, on_place: OnPlace | None = None) -> AsyncIterator[None]:
        """Wait for a turn and hold it. ``on_place`` hears 1 when next in line, 2 behind that one and so on, whenever
        it changes, and 0 when the turn comes, if there was a wait. Cancelling gives the place or the turn back."""
        if self._inside < self.width and not self._line:
            self._inside += 1
        else:
            await self._wait(_Waiting(asyncio.get_running_loop().create_future(), on_place))
        try:
            yield
        finally:
            self._leave()

    async def _wait(self, me: _Waiting) -> None:
        self._line.append(me)
        self._tell()
        try:
            await me.called
            if me.on_place is not None:
                me.on_place(0)
        except BaseException:
            if me in self._line:
                self._line.remove(me)
                self._tell()
            elif me.called.done() and not me.called.cancelled():  # called and cancelled in the same moment
                self._leave()
            raise

    def _leave(self) -> None:
        """Hand the turn to the first who still waits: it never becomes free in between, so nobody can jump in."""
        while self._line:
            first = self._line.popleft()
            if not first.called.done():
                first.called.set_result(None)
                self._tell()
                return
        self._inside -= 1

    def _tell(self) -> None:
        for place, waiting in enumerate(list(self._line), 1):
            if waiting.place != place and not waiting.called.done():
                waiting.place = place
                if waiting.on_place is not None:
                    waiting.on_place(place)
