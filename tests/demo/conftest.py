"""The demo plants whose golden questions are looked at."""

from pathlib import Path

import pytest

from demo.generate import documents
from demo.plant import Plant, build


@pytest.fixture(scope="session", params=[1, 7, 11, 23])
def golden_demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plant, Path]:
    """A plant and the folder with its documents and its golden set."""
    plant, out = build(request.param), tmp_path_factory.mktemp(f"golden-{request.param}")
    documents(plant, out)
    return plant, out
