"""``/healthz`` says that the process lives, ``/readyz`` whether questions can be answered and which part can't help."""

import asyncio

from fastapi import APIRouter, Response
from pydantic import BaseModel

from app.api.service import CallerDep, ServiceDep
from retrieval.errors import PlantwrightError
from retrieval.sql import epochs
from retrieval.stores.base import Where

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    """``ready`` needs the index alone: without model or plant, questions are still answered from the documents."""

    ready: bool
    parts: dict[str, bool]
    passages: int


@router.get("/healthz")
async def alive() -> dict[str, bool]:
    return {"alive": True}


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
async def ready(response: Response, service: ServiceDep, caller: CallerDep) -> Readiness:
    knowledge = service.knowledge
    try:
        epoch = await asyncio.to_thread(epochs.current, knowledge.database)
        passages = await asyncio.to_thread(knowledge.store.count, caller, epoch, Where())
        index = service.warm
    except PlantwrightError:
        passages, index = 0, False
    parts = {"index": index, "model": await service.model.ready(), "plant": await service.plant.ready()}
    if not index:
        response.status_code = 503
    return Readiness(ready=index, parts=parts, passages=passages)
