"""How far a migration came, in ``migration.json`` of the data folder: a run that was killed goes on from there."""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from retrieval.errors import BadSetting
from retrieval.stores._server.options import MEMORY, ServerOptions

FILE = "migration.json"
Options = Mapping[str, str | int | float | bool]
_PORT = 6333  # the client's, where a URL names none


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``after``: the id of the last point that the target has for certain. ``epoch``: what the source showed then."""

    target: str  # its name and place
    epoch: int
    after: str | None = None
    copied: int = 0
    complete: bool = False  # all points are there

    @classmethod
    def read(cls, folder: Path) -> "Checkpoint | None":
        """Raises ``BadSetting`` where the file can't be read as one."""
        path = folder / FILE
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise BadSetting(
                f"{path}: cannot be read ({type(error).__name__}); remove it and migrate with --replace"
            ) from None

    def write(self, folder: Path) -> None:
        """Replaced as a whole: a kill leaves the one before or this one."""
        fresh = folder / f"{FILE}.new"
        with open(fresh, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / FILE)


def place(store: str, folder: Path, options: Options) -> str:
    """The same for two descriptions of the same store; no secret is in it. Raises ``BadSetting``."""
    if store == "edge":
        return f"edge {folder.resolve()}"
    chosen = ServerOptions.read(options)
    where = _server(chosen.url)
    if chosen.local:
        where = chosen.path if chosen.path == MEMORY else str(Path(chosen.path).resolve())
    return f"{store} {where} {chosen.collection}"


def _server(url: str) -> str:
    """Address, port and path, however the URL spells the host. One that can't be read is left to the client."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        return f"{_address(parts.hostname or '')}:{parts.port or _PORT}{parts.path.rstrip('/')}"
    except ValueError:
        return url.rstrip("/")


def _address(host: str) -> str:
    """ "localhost" of all that stays on this machine; else the first address, IPv4 before IPv6; or the name itself."""
    host = host.rstrip(".")
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return host
    found = [ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers]
    found = [getattr(one, "ipv4_mapped", None) or one for one in found]
    if any(one.is_loopback or one.is_unspecified for one in found):
        return "localhost"
    return str(min(found, key=lambda one: (one.version, int(one))))
