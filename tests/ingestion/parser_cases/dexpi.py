"""P&IDs as DEXPI 1.3 (Proteus XML) and 2.0."""

from pathlib import Path

from dexpi_kit import (
    component,
    data,
    equipment,
    generic,
    line,
    link,
    model,
    nozzle,
    obj,
    parts,
    pipe,
    proteus,
    refs,
    run,
    segment,
    system,
    tank,
    write,
)

from demo.pid import write_pid
from demo.plant import build
from parser_cases import ParserCase


def _demo(folder: Path) -> Path:
    return write_pid(build(1), folder)


def _chinese(folder: Path) -> Path:
    said = generic(DrawingNumberAssignmentClass="PID-200", DrawingNameAssignmentClass="循环水管道仪表流程图")
    tank_text = generic(Description="冷却水箱")
    pump = equipment("E2", "P-201A", generic(Description="循环水泵"), nozzle("N2", (80, 50)), spot=(85, 50))
    valve = component("V1", "GateValve", "HV-211", (50, 50), (54, 50), extra=generic(Description="泵入口闸阀"))
    body = proteus(
        equipment("E1", "T-201", tank_text, nozzle("N1", (20, 50)), spot=(10, 50)),
        pump,
        segment(
            "S1", line((20, 50), (50, 50)), valve, line((54, 50), (80, 50)), link("N1", "N2"), number="CW-2001-DN150"
        ),
        head=f"<MetaData>{said}</MetaData>",
    )
    return write(folder, body.replace("<PlantModel>", '<?xml version="1.0" encoding="GB2312"?><PlantModel>'), "gb18030")


def _second(folder: Path) -> Path:
    valve = obj("Plant/Piping.BallValve", "V1", data(TagName="HV-301"))
    said = data(LineNumber="CW-3001", FluidCode="CW", PipingClassCode="75HB13", NominalDiameterRepresentation="DN 80")
    loop = obj(
        "Plant/Instrumentation.InstrumentationLoopFunction",
        "L1",
        data(InstrumentationLoopFunctionNumber="FIC-302"),
        refs("ProcessInstrumentationFunctions", "I1"),
    )
    sensor = obj("Plant/Instrumentation.ProcessSignalGeneratingFunction", "G1", refs("SensingLocation", "V1"))
    instrument = obj(
        "Plant/Instrumentation.ProcessInstrumentationFunction",
        "I1",
        data(
            ProcessInstrumentationFunctionCategory="F",
            ProcessInstrumentationFunctions="IC",
            ProcessInstrumentationFunctionNumber="302",
        ),
        parts("ProcessSignalGeneratingFunctions", sensor),
    )
    text = model(
        parts("TaggedPlantItems", tank("T1", "T-301", "N1"), tank("T2", "T-302", "N2")),
        parts(
            "PipingNetworkSystems",
            system("S", run("R1", pipe("P1", "N1", "V1"), pipe("P2", "V1", "N2"), held=(valve,)), said=said),
        ),
        parts("ProcessInstrumentationFunctions", instrument),
        parts("InstrumentationLoopFunctions", loop),
        meta=data(DrawingNumber="PID-300", DrawingName="冷却水系统 Cooling water 冷却塔与循环泵", RevisionNumber="C"),
    )
    return write(folder, text)


CASES = (
    ParserCase(
        id="dexpi-1-demo",
        parser="dexpi",
        make=_demo,
        kind="pid",
        language="en",
        texts=(
            "P&ID 管道仪表图 PID-100-001",
            "P-101A",
            "isolation valves 隔离阀",
            "nozzles 管口: N1",
            "HV-111A",
            "gate valve",
            "Line 管线 100-",
        ),
        tags=("P-101A", "HV-111A", "T-101"),
        place="sheet",
    ),
    ParserCase(
        id="dexpi-1-zh",
        parser="dexpi",
        make=_chinese,
        kind="pid",
        language="zh",
        texts=(
            "循环水管道仪表流程图",
            "T-201 冷却水箱",
            "nozzles 管口: N1 (CW-2001-DN150)",
            "HV-211 泵入口闸阀",
            "Line 管线 CW-2001-DN150",
        ),
        tags=("T-201", "P-201A", "HV-211"),
        place="sheet",
        headings=("循环水管道仪表流程图",),
    ),
    ParserCase(
        id="dexpi-2-zh",
        parser="dexpi",
        make=_second,
        kind="pid",
        language="zh",
        texts=(
            "冷却水系统",
            "HV-301 (BallValve ball valve 球阀)",
            "FIC-302",
            "loop 回路 F-302",
            "fluid 介质 CW, nominal diameter 公称直径 DN 80",
        ),
        tags=("T-301", "HV-301", "FIC-302"),
        place="sheet",
    ),
)
