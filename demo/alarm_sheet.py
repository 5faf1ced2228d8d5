"""The alarm response sheet: every alarm of the plant, an English row and a Chinese one below it."""

from itertools import groupby
from pathlib import Path
from random import Random

from demo._pdf import Book, Cover
from demo.facts import number
from demo.facts_alarms import PRIORITY_WORDS, STATE_WORDS, Alarm, alarms
from demo.plant import Plant

FILE = "alarm_response_sheet.pdf"
HEAD = ("Tag 位号", "Alarm 报警", "Setpoint 设定值", "Priority 优先级", "Act within 响应时间", "Consequence 后果",
        "Operator action 操作措施")  # fmt: skip


def write(plant: Plant, path: Path) -> None:
    """Write the sheet of the plant to ``path``."""
    rng = Random(f"alarm-sheet-{plant.seed}")
    document, revision = f"HW-AL-{rng.randint(100, 989)}", rng.choice("BCD")
    date = f"2025-{rng.randint(7, 12):02}-{rng.randint(1, 28):02}"
    cover = Cover(
        title=f"Alarm response sheet, unit {plant.unit}", subtitle=f"{plant.unit} 单元报警响应表", number=document,
        revision=revision, date=date,
        rows=(("Document number 文件编号", document), ("Revision 修订版", revision), ("Date 日期", date),
              ("Site 装置", f"{plant.site}, unit {plant.unit} 单元"),
              ("Applies to tags 适用位号", ", ".join(plant.tag(key) for key in ("T-F", "P-A", "P-B", "E", "T-P", "P-D")))),
        imprint="Harbour Works, operations. 生产运行部。")
    book = Book("both", cover)
    _use(book)
    book.h1("Alarms 报警")
    for asset, group in groupby(sorted(alarms(plant), key=lambda alarm: _place(plant, alarm)), lambda alarm: alarm.asset):
        _table(book, plant, asset, list(group))
    book.save(path)


def row(plant: Plant, alarm: Alarm, language: str) -> tuple[str, ...]:
    """The cells of an alarm's row in ``en`` or ``zh``, as ``HEAD`` names them."""
    it, zh = plant.instrument(alarm.key), language == "zh"
    setpoint = f"{number(alarm.setpoint)} {alarm.unit}"
    if zh:
        return (alarm.tag, f"{it.name_zh}{STATE_WORDS[alarm.state][1]}", setpoint, PRIORITY_WORDS[alarm.priority],
                f"{alarm.minutes} 分钟", alarm.consequence_zh, alarm.action_zh)
    name = it.name[0].upper() + it.name[1:]
    return (alarm.tag, f"{name}, {STATE_WORDS[alarm.state][0].lower()}", setpoint, alarm.priority.capitalize(),
            f"{alarm.minutes} min", alarm.consequence, alarm.action)


def _use(book: Book) -> None:
    book.h1("Use 用途")
    book.p("This sheet tells for each alarm of the unit what it means and what the operator does first. The setpoints are those "
           "of the control system. When several alarms come together, the one of the highest priority is dealt with first.")
    book.p("本表列出本单元每个报警的含义和操作人员的首要措施。设定值与控制系统一致。多个报警同时出现时，先处理优先级最高的报警。")
    book.table("Priorities by ISA-18.2 报警优先级（ISA-18.2）", ["Priority 优先级", "Meaning 含义"], [
        ["Critical", "Harm to people or equipment within minutes. Act at once."],
        ["紧急", "数分钟内可能伤人或损坏设备，立即处理。"],
        ["High", "Loss of production or a trip is near. Act before anything else that is not critical."],
        ["高", "即将停产或联锁，除紧急报警外优先处理。"],
        ["Medium", "A fault develops. Act within the time that the table gives."],
        ["中", "故障正在发展，在表中规定的时间内处理。"],
        ["Low", "A deviation. Act during the shift and write it into the shift log."],
        ["低", "出现偏差，在本班内处理并记入交接班日志。"]], [1, 5])
    book.p("After each alarm of priority critical or high, tell the shift leader and note the time and the action.")
    book.p("处理紧急或高优先级报警后，通知班长并记录时间和措施。")


def _place(plant: Plant, alarm: Alarm) -> int:
    return [part.tag for part in plant.parts].index(alarm.asset)


def _table(book: Book, plant: Plant, asset: str, found: list[Alarm]) -> None:
    part = next(part for part in plant.parts if part.tag == asset)
    name = part.name[0].upper() + part.name[1:]
    book.h2(f"{name} {asset} {part.name_zh}")
    rows = [row(plant, alarm, language) for alarm in found for language in ("en", "zh")]
    book.table(f"Alarms of {asset} / {asset} 报警", HEAD, rows, [1.6, 2, 1.45, 1.25, 1.3, 2.15, 3.05])
