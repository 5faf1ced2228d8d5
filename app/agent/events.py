"""What goes out to a client while an answer is made."""

from collections.abc import Callable, Mapping
from typing import Any

from workflows import Context as Run
from workflows.events import Event

from app.agent.gather import Emit


class Out(Event):
    """An event for the client: its name and its data."""

    name: str
    data: dict[str, Any]


def out(run: Run, name: str, data: dict[str, Any]) -> None:
    run.write_event_to_stream(Out(name=name, data=data))


def stage(run: Run, name: str, **more: Any) -> None:
    out(run, "status", {"stage": name, **more})


def emitter(run: Run) -> Emit:
    """For functions that know nothing of workflows."""

    async def emit(name: str, data: Mapping[str, Any]) -> None:
        out(run, name, dict(data))

    return emit


def placed(run: Run, preview: list[dict[str, Any]] | None = None) -> Callable[[int], None]:
    """Tell a waiting client its place, with the extractive answer at once."""

    def tell(place: int) -> None:
        if place:
            stage(run, "queued", position=place, **({"preview": preview} if preview else {}))

    return tell
