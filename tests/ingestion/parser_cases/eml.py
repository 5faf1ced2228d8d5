"""Messages: plain text with a quotation; HTML alone, in Chinese and GB 2312."""

from email.message import EmailMessage
from pathlib import Path

from parser_cases import ParserCase


def message(subject: str, text: str) -> EmailMessage:
    """A message from Li Ming to the shift."""
    mail = EmailMessage()
    mail["From"] = "李明 <li.ming@plant.example>"
    mail["To"] = "shift@plant.example"
    mail["Date"] = "Fri, 01 Mar 2024 23:30:00 +0800"
    mail["Subject"] = subject
    mail.set_content(text)
    return mail


def _english(folder: Path) -> Path:
    text = "The seal of P-101A leaks 5 drops/min.\n\n1. Close HV-111A\n2. Replace the seal\n\n> It drips, says Bob.\n"
    mail = message("Seal leak on P-101A", text)
    mail.add_alternative("<p>not this form</p>", subtype="html")
    (folder / "leak.eml").write_bytes(mail.as_bytes())
    return folder / "leak.eml"


def _chinese(folder: Path) -> Path:
    mail = message("P-101B 密封泄漏", "")
    mail.set_content("<p>P-101B 机械密封泄漏，每分钟 5 滴。</p><p>请更换。</p>", subtype="html", charset="gb2312")
    (folder / "泄漏.eml").write_bytes(mail.as_bytes())
    return folder / "泄漏.eml"


CASES = (
    ParserCase(
        id="eml-en",
        parser="eml",
        make=_english,
        kind="mail",
        language="en",
        texts=(
            "From: 李明 <li.ming@plant.example>",
            "Date: Fri, 01 Mar 2024 23:30:00 +0800",
            "Subject: Seal leak on P-101A",
            "The seal of P-101A leaks 5 drops/min.",
            "1. Close HV-111A",
            "> It drips, says Bob.",
        ),
        tags=("P-101A", "HV-111A"),
        place="text",
        headings=("Seal leak on P-101A",),
    ),
    ParserCase(
        id="eml-zh",
        parser="eml",
        make=_chinese,
        kind="mail",
        language="zh",
        texts=("Subject: P-101B 密封泄漏", "机械密封泄漏，每分钟 5 滴。", "请更换。"),
        tags=("P-101B",),
        place="text",
        headings=("P-101B 密封泄漏",),
    ),
)
