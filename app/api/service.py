"""What the routers share: the parts of the running service, and who is asking."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.agent.runs import Runs
from app.ingest.supervisor import Supervisor
from app.llm.base import LanguageModel
from app.plant.base import PlantSource
from app.settings import AppSettings
from retrieval.knowledge import Knowledge
from retrieval.models import Caller


@dataclass(frozen=True)
class Service:
    """Built once by ``create_app``'s lifespan."""

    knowledge: Knowledge
    plant: PlantSource
    model: LanguageModel
    runs: Runs
    ingestions: Supervisor
    settings: AppSettings
    warming: "asyncio.Task[None]"  # done without error: every leg can encode

    @property
    def warm(self) -> bool:
        return self.warming.done() and not self.warming.cancelled() and self.warming.exception() is None


def service(request: Request) -> Service:
    found = request.app.state.service
    assert isinstance(found, Service)
    return found


def caller() -> Caller:
    """On loopback without sign-in there is one local caller; ``main`` refuses to bind anywhere else."""
    return Caller.local()


ServiceDep = Annotated[Service, Depends(service)]
CallerDep = Annotated[Caller, Depends(caller)]
