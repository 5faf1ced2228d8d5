"""Vectors as JSON: dense ones as 32-bit floats in base64, sparse ones as two lists."""

import struct
from base64 import b64decode, b64encode
from typing import Any

from retrieval.legs.base import Sparse, Vector


def pack(vector: Vector) -> dict[str, Any]:
    if isinstance(vector, Sparse):
        return {"indices": list(vector.indices), "values": list(vector.values)}
    return {"float32": b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()}


def unpack(stored: dict[str, Any]) -> Vector:
    """The inverse of ``pack``. Raises ``KeyError`` or ``ValueError`` where it is none."""
    if "float32" not in stored:
        return Sparse(tuple(stored["indices"]), tuple(stored["values"]))
    packed = b64decode(stored["float32"])
    return struct.unpack(f"<{len(packed) // 4}f", packed)
