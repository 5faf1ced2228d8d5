"""Parts of a message: the texts that are its body, and what is attached."""

import re
from collections.abc import Iterator
from email.message import EmailMessage, Message
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.parsers._decode import decode, unify
from retrieval.errors import BadDocument

if TYPE_CHECKING:
    AnyMessage = Message[Any, Any]
else:  # generic to type checkers alone
    AnyMessage = Message

_KNOWN = re.compile(
    rb"^(From|To|Cc|Date|Subject|Received|Return-Path|MIME-Version|Message-ID|Delivered-To|Reply-To|Sender|Content-Type"
    rb"|X-[\w-]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_DEEPEST = 50  # parts within parts


def is_message(start: bytes) -> bool:
    """Whether a file begins with a message's headers."""
    head = re.split(rb"\r?\n\r?\n", start.lstrip(b"\xef\xbb\xbf\r\n"), maxsplit=1)[0]
    return bool(_KNOWN.match(head)) and len({name.lower() for name in _KNOWN.findall(head)}) >= 2


def read_message(path: Path, name: str) -> EmailMessage:
    """Raises ``BadDocument`` where the file is no message."""
    from email.parser import BytesParser
    from email.policy import default

    with path.open("rb") as file:
        start = file.read(4096)
        if not is_message(start):
            from ingestion.parsers._office import office_kind, refuse

            kind = office_kind(path, start)
            if kind:
                raise refuse(name, kind)
            raise BadDocument(name, "has no headers of a message", remedy="save it again as .eml")
        file.seek(0)
        try:
            message = BytesParser(policy=default).parse(file)
        except RecursionError:
            raise too_deep(name) from None
    assert isinstance(message, EmailMessage)
    return message


def too_deep(name: str) -> BadDocument:
    return BadDocument(name, f"nests its parts more than {_DEEPEST} deep", remedy="save it again from its mailbox")


def header(message: AnyMessage, wanted: str, name: str) -> str:
    """A header decoded, on one line; bytes that no rule allows there are taken as Chinese or Western text."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == wanted.lower()), "")
    try:
        raw.encode("utf-8")
        shown = str(message[wanted] or "")
    except UnicodeEncodeError:  # bytes beyond ASCII stand in it as they are
        shown = decode(raw.encode("utf-8", "surrogateescape"), name)
    except (ValueError, IndexError, KeyError, AttributeError, TypeError):  # what odd headers make of the library
        shown = raw
    return " ".join(shown.split())


def bodies(message: AnyMessage, name: str) -> list[AnyMessage]:
    """The parts that are read as the message's text, in order: plain text where a part has several forms."""
    return [part for part, is_body in _parts(message, name, 0) if is_body]


def attachments(message: AnyMessage, name: str) -> Iterator[AnyMessage]:
    """Parts that are files of their own, messages within the message among them."""
    return (part for part, is_body in _parts(message, name, 0) if not is_body)


def text_of(part: AnyMessage, name: str) -> str:
    """A text part decoded, whatever it declares."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    if not data.strip():
        return ""
    return unify(decode(data, name, str(part.get_content_charset() or "")))


def file_name(part: AnyMessage) -> str:
    """What the part is called, '' where it isn't."""
    try:
        return part.get_filename() or ""
    except (ValueError, IndexError, KeyError, AttributeError, TypeError):
        return ""


def _parts(part: AnyMessage, name: str, depth: int) -> Iterator[tuple[AnyMessage, bool]]:
    if depth > _DEEPEST:
        raise too_deep(name)
    kind = part.get_content_type()
    payload = part.get_payload()
    inner = payload if isinstance(payload, list) else []
    if depth and kind == "message/rfc822":
        yield part, False
    elif kind == "multipart/alternative" and inner:
        yield from _best(inner, name, depth)
    elif part.is_multipart() and inner:
        for child in inner:
            if isinstance(child, Message):
                yield from _parts(child, name, depth + 1)
    elif kind in ("text/plain", "text/html") and not _is_file(part):
        yield part, True
    elif depth or kind not in ("text/plain", "text/html"):
        yield part, False


def _best(inner: list[Any], name: str, depth: int) -> Iterator[tuple[AnyMessage, bool]]:
    """Of forms of the same text the plain one, if it says anything; files that come along with any."""
    forms = [list(_parts(child, name, depth + 1)) for child in inner if isinstance(child, Message)]
    said = [[part for part, is_body in form if is_body and _says(part)] for form in forms]
    plain = next(
        (i for i, parts in enumerate(said) if any(one.get_content_type() == "text/plain" for one in parts)), None
    )
    chosen = plain if plain is not None else next((i for i, parts in reversed(list(enumerate(said))) if parts), None)
    for i, form in enumerate(forms):
        yield from ((part, is_body) for part, is_body in form if not is_body or i == chosen)


def _says(part: AnyMessage) -> bool:
    payload = part.get_payload(decode=True)
    return isinstance(payload, bytes) and bool(payload.strip())


def _is_file(part: AnyMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(file_name(part))
