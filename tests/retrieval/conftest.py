"""What the retrieval tests share: a small database, documents, passages and callers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.models import Caller
from retrieval.sql.engine import Database

LOCAL = Caller.local()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "data" / "plantwright.sqlite")
    yield database
    database.close()


@pytest.fixture
def local() -> Caller:
    return LOCAL
