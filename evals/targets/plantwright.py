"""Plantwright itself: a service that runs, or the app in this process."""

import argparse
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from app.tools.base import Tool
from evals.client import Service, open_service
from evals.dataset import GoldenQuestion, load_golden
from evals.gold_tool import GoldSearch
from evals.runner import Asked, ask_service, list_documents
from evals.settings import EvalSettings
from evals.targets.base import Target, TargetVariant
from retrieval.settings import RetrievalSettings


class Plantwright:
    unscored: Mapping[str, str] = {}
    notes: Sequence[str] = ()

    def __init__(self, service: Service) -> None:
        self._service, self.name = service, service.target
        self.about: Mapping[str, Any] = {}

    async def ask(self, question: GoldenQuestion) -> Asked:
        return await ask_service(self._service.client, question)

    async def documents(self) -> dict[str, str]:
        listed = await list_documents(self._service.client)
        self.about = {"index": {"documents_sha256": listed.sha256}}
        return listed.names


class _Variant:
    name = "plantwright"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--url", help="of a running service; found by itself where left out")
        parser.add_argument(
            "--gold-evidence", action="store_true", help="search finds the gold evidence: the ceiling; in this process"
        )
        parser.add_argument("--llm", help="ask a service in this process with this provider: extractive, embedded, ...")

    @asynccontextmanager
    async def open(
        self, chosen: argparse.Namespace, settings: EvalSettings, retrieval: RetrievalSettings
    ) -> AsyncIterator[Target]:
        tools: dict[str, Tool] = {}
        if chosen.gold_evidence:
            tools[GoldSearch.name] = GoldSearch(load_golden(chosen.dataset))
        async with open_service(chosen.url, chosen.llm, settings, retrieval, tools) as service:
            yield Plantwright(service)


TARGET: TargetVariant = _Variant()
