"""Messages (EML): the files that are attached. The text is read by ``ingestion.parsers.eml``."""

from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from ingestion.containers._names import Places, is_left_out, safe_name
from ingestion.containers.base import Member
from ingestion.parsers._mail import AnyMessage, attachments, file_name, header, is_message, read_message, too_deep
from ingestion.parsers.base import Confidence, Options
from retrieval.errors import BadDocument

_ICON_BYTES = 20_000  # of a picture within the text: smaller ones are logos and rules


class EmlContainer:
    """See ``ingestion.containers.base.Container``."""

    def accepts(self, path: Path, start: bytes) -> Confidence:
        return "yes" if path.suffix.lower() == ".eml" and is_message(start) else "no"

    def unpack(self, path: Path, name: str, folder: Path, options: Options, *, max_members: int) -> Iterator[Member]:
        message = read_message(path, name)
        try:
            parts = list(attachments(message, name))
        except RecursionError:
            raise too_deep(name) from None
        if len(parts) > max_members:
            reason = f"holds {len(parts):,} files, more than [ingestion] max_members = {max_members:,}"
            raise BadDocument(name, reason, remedy="raise the setting")
        places, written = Places(folder), 0
        for part in parts:
            data = _content(part)
            inside = safe_name(_called(part, name))
            if not data or not inside or is_left_out(inside) or _is_icon(part, data):
                continue
            written += len(data)
            if written > options.max_unpacked_bytes:
                limit = f"[ingestion] max_unpacked_bytes = {options.max_unpacked_bytes:,}"
                raise BadDocument(name, f"holds more than {limit} in files", remedy="raise the setting")
            found, target = places.take(inside)
            target.write_bytes(data)
            yield Member(found, target)


def _content(part: AnyMessage) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        try:
            return inner[0].as_bytes()
        except (UnicodeEncodeError, LookupError, KeyError):  # a broken message within: as it can be written
            return inner[0].as_string().encode("utf-8", "surrogateescape")
    return b""


def _called(part: AnyMessage, name: str) -> str:
    """Its file's name; a message by its subject; else its type with a usual suffix."""
    import mimetypes

    given = file_name(part)
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        subject = header(inner[0], "Subject", name) if isinstance(inner, list) and isinstance(inner[0], Message) else ""
        given = given or subject.replace("/", "-") or "message"
        return given if given.lower().endswith(".eml") else f"{given}.eml"
    kind = part.get_content_type()
    return given or f"{kind.replace('/', '-')}{mimetypes.guess_extension(kind) or ''}"


def _is_icon(part: AnyMessage, data: bytes) -> bool:
    inline = part.get_content_disposition() != "attachment" or part.get("Content-ID") is not None
    return part.get_content_maintype() == "image" and inline and len(data) < _ICON_BYTES


CONTAINER = EmlContainer()
