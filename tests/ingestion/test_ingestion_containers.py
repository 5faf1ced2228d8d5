import io
import struct
import zipfile
from pathlib import Path

import pytest
from parser_cases.eml import message

from ingestion.containers.base import Container, Member
from ingestion.containers.eml import CONTAINER as MAIL
from ingestion.containers.zip import CONTAINER as ZIP
from ingestion.parsers.base import OPTIONS, Options
from retrieval.errors import BadDocument
from retrieval.plugins import discover


def packed(members: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=compression)
    return buffer.getvalue()


def unpack(
    container: Container,
    tmp_path: Path,
    data: bytes,
    *,
    name: str = "a.zip",
    options: Options = OPTIONS,
    max_members: int = 100,
) -> list[Member]:
    path, folder = tmp_path / name, tmp_path / "out"
    path.write_bytes(data)
    folder.mkdir(exist_ok=True)
    members = list(container.unpack(path, name, folder, options, max_members=max_members))
    for member in members:
        assert folder.resolve() in member.path.resolve().parents
        assert not Path(member.name).is_absolute()
        assert ".." not in Path(member.name).parts
    return members


def refusal(container: Container, tmp_path: Path, data: bytes, **more: object) -> str:
    with pytest.raises(BadDocument) as caught:
        unpack(container, tmp_path, data, **more)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_files_are_taken_out_with_their_names(tmp_path: Path) -> None:
    members = unpack(ZIP, tmp_path, packed({"manuals/": b"", "manuals/泵.md": "# 泵".encode(), "a.txt": b"x"}))
    assert [(member.name, member.path.name) for member in members] == [("manuals/泵.md", "泵.md"), ("a.txt", "a.txt")]
    assert members[0].path.read_text(encoding="utf-8") == "# 泵"


def test_bad_names_stay_inside(tmp_path: Path) -> None:
    names = [
        "../../etc/passwd",
        "/abs.txt",
        "C:\\dir\\b.txt",
        "a/../../c.txt",
        "x\ny.txt",
        "泵" * 200 + ".pdf",
        "..",
        "d./e",
    ]
    members = unpack(ZIP, tmp_path, packed({name: name.encode() for name in names}))
    assert [member.name for member in members][:4] == ["etc/passwd", "abs.txt", "dir/b.txt", "a/c.txt"]
    assert members[5].name.endswith(".pdf")
    assert len(members[5].name.encode()) <= 180
    assert not (tmp_path.parent / "etc").exists()


def test_same_names_are_told_apart_and_what_desktops_leave_is_left_out(tmp_path: Path) -> None:
    names = ("a.txt", "z.txt", "A.TXT", "a.txt/b.txt", "__MACOSX/a.txt", ".git/x", "~$a.docx", "d/Thumbs.db")
    data = packed(dict.fromkeys(names, b"1")).replace(b"z.txt", b"a.txt")
    members = unpack(ZIP, tmp_path, data)
    assert [member.name for member in members] == ["a.txt", "a (2).txt", "A (3).TXT", "a.txt/b.txt"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.txt", "a")
    assert [member.name for member in unpack(ZIP, tmp_path, buffer.getvalue())] == ["a.txt"]


def test_names_in_the_code_page_of_chinese_windows(tmp_path: Path) -> None:
    data = packed({"XXXXXXXX.txt": b"a"}).replace(b"XXXXXXXX", "泵维护册".encode("gb18030"))
    assert [member.name for member in unpack(ZIP, tmp_path, data)] == ["泵维护册.txt"]
    data = packed({"XXXXXXXXX.txt": b"a"}).replace(b"XXXXXXXXX", "泵维护".encode())
    assert [member.name for member in unpack(ZIP, tmp_path, data)] == ["泵维护.txt"]
    data = packed({"PrXfung.txt": b"a"}).replace(b"PrXfung", "Prüfung".encode("cp437"))
    assert [member.name for member in unpack(ZIP, tmp_path, data)] == ["Prüfung.txt"]


def test_bombs_are_refused_before_anything_is_taken_out(tmp_path: Path) -> None:
    bomb = packed({"a.txt": b"a", "b.txt": bytes(20_000_000)})
    assert "member b.txt: is packed" in refusal(ZIP, tmp_path, bomb)
    assert "max_ratio = 200" in refusal(ZIP, tmp_path, bomb)
    large = refusal(ZIP, tmp_path, bomb, options=Options(max_ratio=100_000, max_unpacked_bytes=1_000_000))
    assert "unpacks to 20,000,001 bytes, more than [ingestion] max_unpacked_bytes = 1,000,000" in large
    many = packed({f"{i}.txt": b"" for i in range(30)})
    assert "holds 30 files, more than [ingestion] max_members = 20" in refusal(ZIP, tmp_path, many, max_members=20)
    assert not list((tmp_path / "out").iterdir())


def test_a_table_of_contents_that_lies_about_sizes_is_of_no_use(tmp_path: Path) -> None:
    data = packed({"b.txt": bytes(3_000_000)})
    at = data.rindex(b"PK\x01\x02") + 24
    lying = data[:at] + struct.pack("<I", 10) + data[at + 4 :]
    assert "member b.txt: is corrupt" in refusal(ZIP, tmp_path, lying)
    written = sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert written <= 10


def test_encrypted_torn_and_foreign_archives_are_refused(tmp_path: Path) -> None:
    data = packed({"a.txt": b"a" * 100}, compression=zipfile.ZIP_STORED)
    at = data.rindex(b"PK\x01\x02") + 8
    assert "is protected by a password" in refusal(ZIP, tmp_path, data[:at] + b"\x01\x00" + data[at + 2 :])
    assert "is truncated or corrupt" in refusal(ZIP, tmp_path, data[:-10])
    assert "member a.txt: is corrupt" in refusal(ZIP, tmp_path, data.replace(b"a" * 100, b"b" * 100))
    assert "is no ZIP archive" in refusal(ZIP, tmp_path, b"hello")
    at = data.rindex(b"PK\x01\x02") + 10
    odd = data[:at] + b"\x09\x00" + data[at + 2 :]
    assert "is packed in a way that is not read" in refusal(ZIP, tmp_path, odd)
    assert unpack(ZIP, tmp_path, packed({})) == []


def test_documents_that_are_archives_inside_are_none(tmp_path: Path) -> None:
    office = packed({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"})
    late = packed({"big.bin": bytes(range(256)) * 40, "META-INF/MANIFEST.MF": b"x"}, compression=zipfile.ZIP_STORED)
    odf = packed({"mimetype": b"application/vnd.oasis.opendocument.text"}, compression=zipfile.ZIP_STORED)
    for data in (office, late, odf):
        (tmp_path / "x.zip").write_bytes(data)
        assert ZIP.accepts(tmp_path / "x.zip", data[:4096]) == "no"
    (tmp_path / "x.zip").write_bytes(packed({"word/notes.txt": b"x"}))
    assert ZIP.accepts(tmp_path / "x.zip", (tmp_path / "x.zip").read_bytes()) == "yes"
    assert ZIP.accepts(tmp_path / "y.pdf", b"%PDF-1.7") == "no"
    assert set(discover("ingestion.containers", "CONTAINER")) >= {"zip", "eml"}


def test_attachments_are_taken_out_of_a_message(tmp_path: Path) -> None:
    mail = message("Outer", "words")
    mail.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="../图纸.pdf")
    mail.add_attachment("a,b\n", subtype="csv", filename="data.csv")
    mail.add_attachment(bytes(500), maintype="image", subtype="png", filename="logo.png", disposition="inline")
    mail.add_attachment(bytes(500), maintype="image", subtype="png", filename="photo.png")
    mail.add_attachment(bytes(30_000), maintype="image", subtype="png", disposition="inline")
    mail.add_attachment(message("P-101A/B 泄漏", "inner words"))
    members = unpack(MAIL, tmp_path, mail.as_bytes(), name="a.eml")
    assert [member.name for member in members] == [
        "图纸.pdf",
        "data.csv",
        "photo.png",
        "image-png.png",
        "P-101A-B 泄漏.eml",
    ]
    assert members[0].path.read_bytes() == b"%PDF-1.7 x"
    assert b"Subject:" in members[-1].path.read_bytes()
    assert MAIL.accepts(members[-1].path, members[-1].path.read_bytes()) == "yes"
    assert "max_members = 2" in refusal(MAIL, tmp_path, mail.as_bytes(), name="a.eml", max_members=2)
    small = Options(max_unpacked_bytes=1000)
    assert "max_unpacked_bytes = 1,000" in refusal(MAIL, tmp_path, mail.as_bytes(), name="a.eml", options=small)


def test_a_message_without_attachments_holds_nothing(tmp_path: Path) -> None:
    mail = message("S", "plain")
    mail.add_alternative("<p>marked</p>", subtype="html")
    assert unpack(MAIL, tmp_path, mail.as_bytes(), name="a.eml") == []


def test_a_corrupt_member_costs_only_itself(tmp_path: Path) -> None:
    data = packed({"a.txt": b"Check the seal.", "b.txt": b"Check the oil."}, compression=zipfile.ZIP_STORED)
    (tmp_path / "a.zip").write_bytes(data.replace(b"the seal", b"the sEAL", 1))
    (tmp_path / "out").mkdir()
    taken = ZIP.unpack(tmp_path / "a.zip", "a.zip", tmp_path / "out", OPTIONS, max_members=9)
    assert next(taken).name == "b.txt"
    with pytest.raises(BadDocument, match=r"member a\.txt: is corrupt"):
        next(taken)
