"""multipart/form-data as it arrives: files go to disk piece by piece, and nothing beyond the limits is read."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.ingest.inbox import Refused, Upload, on_disk

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_MAX_FIELDS_BYTES = 65_536  # of all fields that are not files
_MAX_FIELDS = 64


class FormReader:
    """One request. ``read`` fills the upload with the files and returns the other fields by name."""

    def __init__(self, content_type: str, upload: Upload, *, max_bytes: int, max_files: int) -> None:
        """Raises ``Refused`` where the request is no multipart form."""
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise Refused(422, "send the files as multipart/form-data, each in a part named 'files'")
        self._upload, self._max_bytes, self._max_files = upload, max_bytes, max_files
        self._fields: list[tuple[str, bytearray]] = []
        self._header, self._value, self._disposition = b"", b"", b""
        self._in_file = False
        self._bytes = self._field_bytes = 0
        self._steps: list[tuple[str, bytes]] = []  # disk work of a chunk: done in a thread, in order
        self._ended = False
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._on_part_begin,
            "on_part_data": self._on_part_data,
            "on_part_end": self._on_part_end,
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_end": self._on_end,
        }
        self._parser = MultipartParser(boundary, callbacks)

    async def read(self, chunks: AsyncIterator[bytes]) -> dict[str, list[str]]:
        """Raises ``Refused``, ``BadInput`` or ``Unavailable``."""
        try:
            async for chunk in chunks:
                self._parser.write(chunk)
                if self._steps:
                    await on_disk(self._to_disk)
        except FormParserError as error:
            raise Refused(422, f"the request is no whole multipart form ({error}); send it again") from None
        if not self._ended:
            raise Refused(422, "the request ends in the midst of a file; send it again")
        if not self._upload.names:
            raise Refused(422, "no file in the request; send each in a part named 'files'")
        fields: dict[str, list[str]] = {}
        for name, value in self._fields:
            fields.setdefault(name, []).append(value.decode("utf-8", "replace").strip())
        return fields

    def _to_disk(self) -> None:
        steps, self._steps = self._steps, []
        for step, data in steps:
            if step == "begin":
                self._upload.begin(_text(data))
            elif step == "data":
                self._upload.write(data)
            else:
                self._upload.end()

    def _on_part_begin(self) -> None:
        self._disposition, self._header, self._value = b"", b"", b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"filename")
        self._in_file = name is not None
        if name is None:
            self._fields.append((_text(options.get(b"name", b"")), bytearray()))
            if len(self._fields) > _MAX_FIELDS:
                raise Refused(422, f"more than {_MAX_FIELDS} fields; send files as parts with a filename")
            return
        if sum(step == "begin" for step, _ in self._steps) + len(self._upload.names) >= self._max_files:
            raise Refused(
                413, f"more than [app] upload_max_files = {self._max_files} files; send them in several requests"
            )
        self._steps.append(("begin", name))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._bytes += end - start
            if self._bytes > self._max_bytes:
                raise too_large(self._max_bytes)
            self._steps.append(("data", data[start:end]))
            return
        self._field_bytes += end - start
        if self._field_bytes > _MAX_FIELDS_BYTES:
            raise Refused(413, f"the fields beside the files have more than {_MAX_FIELDS_BYTES:,} bytes")
        self._fields[-1][1].extend(data[start:end])

    def _on_part_end(self) -> None:
        if self._in_file:
            self._steps.append(("end", b""))

    def _on_end(self) -> None:
        self._ended = True


def too_large(max_bytes: int) -> Refused:
    line = f"the files have more than [app] upload_max_bytes = {max_bytes:,}; send fewer at once or raise the setting"
    return Refused(413, line)


def _text(raw: bytes) -> str:
    """``parse_options_header`` hands back what it read as Latin-1; browsers send UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
