"""Reading XML from anyone: no document type, no entity, no network; depth bounded; any encoding that Python knows."""

import re
from xml.etree.ElementTree import Element, ParseError

from retrieval.errors import BadDocument

MAX_DEPTH = 100
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*\?>")
_EXPAT = re.compile(r"utf-?8|utf-?16(le|be)?|us-ascii|ascii|iso-8859-1|latin-?1", re.IGNORECASE)


def parse_xml(data: bytes, name: str, remedy: str) -> Element:
    """The root, every tag without its namespace. Raises ``BadDocument`` that names line and column."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(_plain(data), forbid_dtd=True)
    except DefusedXmlException as error:
        what = type(error).__name__.removesuffix("Forbidden")
        raise BadDocument(
            name,
            f"holds a document type or external entity ({what}), which is never followed",
            remedy="remove the <!DOCTYPE ...> part",
        ) from None
    except ParseError as error:
        line, column = error.position
        reason = f"not well-formed XML: {str(error).split(':')[0]}"
        declared = _DECLARED.match(data)
        if (declared is None or declared[1].lower() in (b"utf-8", b"utf8")) and not _is_utf8(data):
            reason, remedy = "not in UTF-8, the encoding that it claims", "save the file as UTF-8"
        raise BadDocument(name, reason, where=f"line {line}, column {column}", remedy=remedy) from None
    except (ValueError, LookupError) as error:  # an encoding that is unknown or does not fit
        raise BadDocument(name, f"not readable as XML: {error}", remedy=remedy) from None
    _bare(root, name, remedy)
    return root


def _plain(data: bytes) -> bytes:
    """UTF-8 for encodings that expat does not read, such as GB 18030."""
    declared = _DECLARED.match(data)
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    if declared is None or _EXPAT.fullmatch(encoding):
        return data
    if encoding.lower() in ("gb2312", "gbk"):
        encoding = "gb18030"  # the superset: exporters name the small one and write the large one
    return data[declared.end() :].decode(encoding).encode("utf-8")


def _is_utf8(data: bytes) -> bool:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _bare(root: Element, name: str, remedy: str) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise BadDocument(name, f"elements nested deeper than {MAX_DEPTH}", remedy=remedy)
        for element in level:
            element.tag = str(element.tag).rpartition("}")[2]
        level = [child for element in level for child in element]
