from pathlib import Path

from parser_cases.eml import message
from prose_kit import everything, kinds, of_kind, parse, places, refusal, texts

from ingestion.parsers.eml import PARSER


def test_headers_lead_and_tell_title_and_date(tmp_path: Path) -> None:
    mail = message("P-101A 密封泄漏", "请更换。\n")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="图纸.pdf")
    parsed = parse(PARSER, tmp_path, "a.eml", mail.as_bytes())
    assert (parsed.kind, parsed.title, parsed.effective_date) == ("mail", "P-101A 密封泄漏", "2024-03-01")
    assert texts(parsed.blocks[0])[-1] == "Attachments: 图纸.pdf\n"
    assert parsed.asset_tags == ("P-101A",)
    assert parsed.blocks[1].heading_path == ("P-101A 密封泄漏",)


def test_paragraphs_items_and_rows_are_counted(tmp_path: Path) -> None:
    html = "<p>One<br>two</p><ul><li>a<li>b</ul><table><tr><th>k<th>v</tr><tr><td>x<td>1</tr></table>"
    mail = message("S", "")
    mail.set_content(html, subtype="html")
    found = places(parse(PARSER, tmp_path, "a.eml", mail.as_bytes()))
    assert found[-6:] == [("One", 5, 5), ("two", 5, 5), ("• a", 6, 6), ("• b", 7, 7), ("k | v", 8, 8), ("x | 1", 9, 9)]


def test_plain_text_is_preferred_unless_it_is_empty(tmp_path: Path) -> None:
    both = message("S", "plain words")
    both.add_alternative("<p>marked words</p>", subtype="html")
    assert texts(parse(PARSER, tmp_path, "a.eml", both.as_bytes()).blocks[-1]) == ["plain words"]
    empty = message("S", " \n")
    empty.add_alternative("<p>marked words</p>", subtype="html")
    assert texts(parse(PARSER, tmp_path, "a.eml", empty.as_bytes()).blocks[-1]) == ["marked words"]


def test_charsets_that_lie_and_bytes_in_headers(tmp_path: Path) -> None:
    head = "From: a@b.c\nTo: 李明\nSubject: 泵泄漏与维护\nContent-Type: text/plain; charset=us-ascii\n\n"
    parsed = parse(PARSER, tmp_path, "a.eml", (head + "检查隔膜，更换密封。\n").encode("gb18030"))
    assert parsed.title == "泵泄漏与维护"
    assert texts(parsed.blocks[-1]) == ["检查隔膜，更换密封。"]


def test_a_subject_alone_is_still_a_message(tmp_path: Path) -> None:
    parsed = parse(PARSER, tmp_path, "a.eml", message("Only this", "").as_bytes())
    assert everything(parsed).count("Only this") == 1


def test_a_warning_and_steps_in_the_body(tmp_path: Path) -> None:
    parsed = parse(PARSER, tmp_path, "a.eml", message("S", "注意：高温。\n\n1. 关闭\n2. 打开\n").as_bytes())
    assert kinds(parsed) == ["text", "warning", "steps"]
    assert texts(of_kind(parsed, "steps")[0]) == ["1. 关闭", "2. 打开"]


def test_hostile_messages_are_refused(tmp_path: Path) -> None:
    nested = "From: a\nTo: b\n" + "".join(
        f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(400)
    )
    assert "nests its parts" in refusal(PARSER, tmp_path, "a.eml", nested)
    assert "no headers of a message" in refusal(PARSER, tmp_path, "a.eml", "hello")
    outlook = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + b"\x09" + bytes(500) + "__substg1.0_".encode("utf-16-le")
    )
    assert "save it as .eml" in refusal(PARSER, tmp_path, "a.msg", outlook)
    assert PARSER.accepts(tmp_path / "a.msg", outlook) == "yes"


def test_odd_headers_do_no_harm(tmp_path: Path) -> None:
    odd = (
        "From: <<>>\nTo: =?x?y?z?=\nDate: yesterday\nSubject: =?utf-8?b?!!!?= ok\nContent-Type: "
        'text/plain; charset="\n\nBody.\n'
    )
    parsed = parse(PARSER, tmp_path, "a.eml", odd)
    assert parsed.effective_date is None
    assert "Body." in everything(parsed)


def test_the_body_of_a_message_within_is_not_this_ones(tmp_path: Path) -> None:
    outer = message("Outer", "outer words")
    outer.add_attachment(message("Inner", "inner words"))
    said = everything(parse(PARSER, tmp_path, "a.eml", outer.as_bytes()))
    assert "outer words" in said
    assert "inner words" not in said
