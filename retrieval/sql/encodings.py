"""Vectors by hash of text and encoder: what was encoded once is never encoded again."""

import hashlib
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from retrieval.legs._packing import pack, unpack
from retrieval.legs.base import Vector
from retrieval.sql._rows import batches
from retrieval.sql.engine import Database
from retrieval.sql.schema import encodings


def key(identity: str, text: str) -> str:
    """``identity`` is the leg's, ``text`` the passage's index text or the query."""
    return hashlib.sha256(f"{identity}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()


def get_vectors(db: Database, keys: Sequence[str]) -> dict[str, Vector]:
    """Those that are there."""
    found: dict[str, Vector] = {}
    with db.read() as connection:
        for batch in batches(keys):
            rows = connection.execute(sa.select(encodings).where(encodings.c.key.in_(batch)))
            found.update((key, unpack(vector)) for key, vector in rows)
    return found


def put_vectors(db: Database, vectors: Mapping[str, Vector]) -> None:
    """Dense values are kept as 32-bit floats."""
    if vectors:
        rows = [{"key": key, "vector": pack(vector)} for key, vector in vectors.items()]
        with db.write() as connection:
            connection.execute(insert(encodings).on_conflict_do_nothing(), rows)
