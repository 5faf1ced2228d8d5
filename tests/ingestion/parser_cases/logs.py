"""Work logs and registers as CSV."""

from pathlib import Path

from ingestion_kit import LOG, REGISTER

from parser_cases import ParserCase


def _log(folder: Path) -> Path:
    path = folder / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def _register(folder: Path) -> Path:
    path = folder / "register.csv"
    path.write_text(REGISTER, encoding="utf-8")
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
        id="register-csv",
        parser="register",
        make=_register,
        kind="register",
        language="en",
        texts=("P-101A: Feed pump A (进料泵A)", "big blue", "HV-111A"),
        tags=("P-101A", "P-101B", "HV-111A"),
        place="record",
    ),
)
