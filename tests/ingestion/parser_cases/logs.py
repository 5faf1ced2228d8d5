"""Work logs and registers, as CSV and as workbooks."""

from datetime import datetime
from pathlib import Path

from ingestion_kit import LOG, REGISTER
from openpyxl import Workbook

from parser_cases import ParserCase


def _log(folder: Path) -> Path:
    path = folder / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def _register(folder: Path) -> Path:
    path = folder / "register.csv"
    path.write_text(REGISTER, encoding="utf-8")
    return path


def _sap(folder: Path) -> Path:
    book, path = Workbook(), folder / "IW39.xlsx"
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Order", "Functional Location", "Order Type", "Description", "Basic start date", "System status"],
        [4000001, "U100-P101A", "PM01", "mech seal lkg, repl w/ new", datetime(2025, 3, 4), "TECO"],
        [4000002, "U100-P101B", "PM02", "greased the bearings", datetime(2025, 4, 1), "REL"],
    ):
        sheet.append(row)
    book.save(path)
    return path


def _register_zh(folder: Path) -> Path:
    path = folder / "设备台账.csv"
    text = "位号,设备名称,别名,型号,主备\nＰ－１０１Ａ,进料泵A,大蓝、老太太,KSP 32,主用\nHV-111A,吸入阀,,,\n"
    path.write_bytes(text.encode("gb18030"))
    return path


CASES = (
    ParserCase(
        id="worklog-csv",
        parser="worklog",
        make=_log,
        kind="worklog",
        language="zh",
        texts=("mech seal lkg, repl w/ new", "mechanical seal leaking", "P-101B 更换轴承，加油"),
        tags=("P-101A", "P-101B"),
        place="record",
    ),
    ParserCase(
        id="worklog-sap-xlsx",
        parser="worklog",
        make=_sap,
        kind="worklog",
        language="en",
        texts=("4000001 P-101A corrective 2025-03-04: mech seal lkg", "mechanical seal leaking", "4000002 P-101B"),
        tags=("P-101A", "P-101B"),
        place="record",
    ),
    ParserCase(
        id="register-csv",
        parser="register",
        make=_register,
        kind="register",
        language="en",
        texts=("P-101A: Feed pump A (进料泵A)", "big blue", "HV-111A"),
        tags=("P-101A", "P-101B", "HV-111A"),
        place="record",
    ),
    ParserCase(
        id="register-csv-zh",
        parser="register",
        make=_register_zh,
        kind="register",
        language="zh",
        texts=("P-101A: 进料泵A", "大蓝, 老太太", "HV-111A: 吸入阀"),
        tags=("P-101A", "HV-111A"),
        place="record",
    ),
)
