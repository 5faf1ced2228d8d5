"""``/v1/plant``: live tags, read only."""

from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import BaseModel

from app.agent.notices import reading_out
from app.api.service import CallerDep, ServiceDep
from app.api.wire import ReadingOut
from app.plant.base import TagInfo

router = APIRouter(prefix="/v1/plant", tags=["plant"])


class Tags(BaseModel):
    tags: list[TagInfo]


class Readings(BaseModel):
    """Tags that are not known are left out."""

    readings: list[ReadingOut]


@router.get("/tags")
async def tags(service: ServiceDep, caller: CallerDep) -> Tags:
    """All live tags that the caller may see."""
    return Tags(tags=list(await service.plant.tags(caller)))


@router.get("/readings")
async def readings(service: ServiceDep, caller: CallerDep, tags: str = "") -> Readings:
    """The latest readings of ``tags=A,B``; of all tags where none is named."""
    wanted = [tag for tag in tags.split(",") if tag] or [info.tag for info in await service.plant.tags(caller)]
    found = await service.plant.read(caller, wanted)
    now = datetime.now(UTC)
    return Readings(readings=[reading_out(found[tag], now) for tag in wanted if tag in found])
