"""The fake service and the browser, as fixtures."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # for tests/browser.py

from fake_service import create_app, serving

from ui.client import Client


@pytest.fixture
def service() -> FastAPI:
    return create_app()


@pytest.fixture
def service_url(service: FastAPI) -> Iterator[str]:
    with serving(service) as url:
        yield url


@pytest.fixture
def client(service_url: str) -> Iterator[Client]:
    client = Client(service_url, pause_s=0.01)
    yield client
    client.close()


@pytest.fixture
def seen(service: FastAPI) -> Callable[[str], list[object]]:
    """What was asked of the fake service under one verb."""
    return lambda verb: [what for kind, what in service.state.seen if kind == verb]
