"""Isolation (LOTO) of the three pumps: valves from the piping, steps in the order of the makers' manuals."""

from collections.abc import Iterator

from demo.facts_site import Operating, operating
from demo.isolation import isolate
from demo.plant import Part, Plant
from demo.procedures import Heading, Pair, Piece, Procedure, Rows, Steps, Text, Warn

FILE = "isolation_procedure_{language}.pdf"
PUMPS = ("P-A", "P-B", "P-D")
_POSITION = {"open": ("open", "开"), "closed": ("closed", "关"), "": ("-", "-")}
_LOCKED, _OPEN = ("closed, locked", "关闭并上锁"), ("open, tagged", "打开并挂牌")


def isolation_procedure(plant: Plant) -> Procedure:
    """Of the plant's feed pumps and dosing pump."""
    facts = operating(plant)
    pieces = [*_rules(facts), *(piece for key in PUMPS for piece in _pump(plant, facts, key)), *_back(plant), *_record()]
    return Procedure(FILE, ("Isolation of the pumps", "泵的隔离规程"), facts.isolation_document, facts.revision,
                     facts.isolation_date, [plant.tag(key) for key in PUMPS], pieces)


def _rules(facts: Operating) -> Iterator[Piece]:
    yield Heading(("Rules", "总则"))
    yield Text(("Nobody opens a pump before it is isolated by this procedure and the work permit is signed. Each person who works on "
                "the pump puts their own lock on the lock box and takes off only their own.",
                "未按本规程隔离并签发作业许可证，任何人不得打开泵。每位作业人员在锁箱上挂自己的锁，只能取下自己的锁。"))
    yield Text((f"One lock box serves at most {facts.keys} people. A larger team needs a second box and a person in charge.",
                f"一个锁箱最多供 {facts.keys} 人使用；人员更多时须增设锁箱并指定负责人。"))
    yield Warn("DANGER", ("A check valve and a control valve are not isolation points. Only the valves of the table are.",
                          "止回阀和调节阀不能作为隔离点，只能使用表中所列阀门。"))
    yield Text(("If a lock cannot be put on, if a valve passes, or if a pressure does not go to zero: stop, close the drain and tell "
                "the shift leader.",
                "无法上锁、阀门内漏或压力不能降到零时，停止作业，关闭排净阀并报告班长。"))


def _pump(plant: Plant, facts: Operating, key: str) -> Iterator[Piece]:
    tag, points = plant.tag(key), isolate(plant, key)
    yield Heading((f"Isolating {tag}", f"{tag} 的隔离"))
    yield _warning(plant, key)
    known = {part.tag: part for part in plant.parts}
    yield Heading((f"Isolation points of {tag}", f"{tag} 的隔离点"), 2)
    yield Rows((f"Isolation points of {tag}", f"{tag} 的隔离点"),
               (("Valve", "阀门位号"), ("Purpose", "用途"), ("In normal running", "正常运行时"), ("When isolated", "隔离时")),
               [[valve, (known[valve].name, known[valve].name_zh), _POSITION[known[valve].normally], state]
                for state, valves in ((_LOCKED, points.close), (_OPEN, points.drains)) for valve in valves], [1.2, 2.4, 1.6, 1.8])
    yield Heading((f"Steps for {tag}", f"{tag} 的隔离步骤"), 2)
    yield Steps(list(_dosing_steps(plant, facts) if key == "P-D" else _feed_steps(plant, facts, key)))


def _warning(plant: Plant, key: str) -> Warn:
    if key == "P-D":
        return Warn("DANGER", ("Chemical burns. Wear face shield, gloves and apron until the head is drained and rinsed.",
                               "化学品灼伤。泵头排净并冲洗前，必须佩戴防护面罩、手套和围裙。"))
    twin = plant.tag("P-B" if key == "P-A" else "P-A")
    return Warn("DANGER", (f"Unexpected start and stored pressure. {twin} may go on running beside the work: its discharge header stays "
                           "under pressure.",
                           f"有意外启动和残余压力的危险。作业期间 {twin} 可能仍在运行，出口总管带压。"))


def _close(part: Part) -> Pair:
    return (f"Close the {part.name} {part.tag}, lock it and tag it.", f"关闭{part.name_zh} {part.tag}，上锁挂牌。")


def _feed_steps(plant: Plant, facts: Operating, key: str) -> Iterator[Pair]:
    tag, letter, points = plant.tag(key), key[-1], isolate(plant, key)
    twin = plant.tag("P-B" if key == "P-A" else "P-A")
    parts = {part.tag: part for part in plant.parts}
    suction, discharge = plant.part(f"HV-{letter}-suc"), plant.part(f"HV-{letter}-dis")
    drain = "、".join(points.drains)
    yield f"Tell the control room. Put {twin} into service and stop {tag}.", f"通知中控室，投用 {twin}，停 {tag}。"
    yield (f"Switch off the motor isolator of {tag}, lock it and tag it. Try to start {tag} to prove that it is dead.",
           f"断开 {tag} 的电机隔离开关，上锁挂牌，并试启动确认无电。")
    yield _close(discharge)
    yield from (_close(parts[other]) for other in points.close if other not in (suction.tag, discharge.tag))
    yield _close(suction)
    yield (f"Open the casing drain valve {', '.join(points.drains)} and drain {tag} until nothing flows. Wait "
           f"{facts.drain_wait_min} minutes.", f"打开泵体排净阀 {drain}，将 {tag} 排净，等待 {facts.drain_wait_min} 分钟。")
    pressures = plant.tag(f"PI-DIS-{letter}"), plant.tag(f"PI-SUC-{letter}")
    yield (f"Check that {pressures[0]} and {pressures[1]} read 0 bar. Leave the drain valve open and tagged during the work.",
           f"确认 {pressures[0]} 和 {pressures[1]} 读数为 0 bar。作业期间保持排净阀打开并挂牌。")


def _dosing_steps(plant: Plant, facts: Operating) -> Iterator[Pair]:
    tag, points = plant.tag("P-D"), isolate(plant, "P-D")
    yield f"Tell the control room and stop {tag}.", f"通知中控室，停 {tag}。"
    yield (f"Switch off the motor isolator of {tag}, lock it and tag it. Try to start {tag} to prove that it is dead.",
           f"断开 {tag} 的电机隔离开关，上锁挂牌，并试启动确认无电。")
    yield _close(plant.part("HV-D-suc"))
    yield _close(plant.part("HV-D-dis"))
    yield (f"Open the drain valve {', '.join(points.drains)} slowly and drain the head into the collecting bucket. Wait "
           f"{facts.drain_wait_min} minutes.",
           f"缓慢打开排净阀 {'、'.join(points.drains)}，将泵头药液排入收集桶，等待 {facts.drain_wait_min} 分钟。")
    yield (f"Check that {plant.tag('PI-D')} reads 0 bar, then rinse the head with clean water. Leave the drain valve open and tagged.",
           f"确认 {plant.tag('PI-D')} 读数为 0 bar，然后用清水冲洗泵头。保持排净阀打开并挂牌。")


def _back(plant: Plant) -> Iterator[Piece]:
    yield Heading(("Return to service", "恢复运行"))
    yield Steps([
        ("Check that the pump is complete, guards are on and tools are out. Close the work permit.", "确认泵已装复、护罩完好、工具已清点，关闭作业许可证。"),
        ("Close the drain valve of the pump.", "关闭该泵的排净阀。"),
        ("Each person takes off their own lock; the shift leader takes off the last one.", "每人取下自己的锁，最后由班长取下总锁。"),
        ("Open the suction valve, then put the other valves into the position of normal running. The discharge valve stays closed until "
         "the pump is filled and vented.", "打开吸入阀，再将其他阀门恢复到正常运行位置；灌泵排气完成前，排出阀保持关闭。"),
        ("Switch the motor isolator on and tell the control room.", "合上电机隔离开关，通知中控室。")])


def _record() -> Iterator[Piece]:
    yield Heading(("Record", "记录"))
    checks = [("Permit number", "许可证编号"), ("Pump", "泵位号"), ("Locks on, time", "上锁时间"), ("Pressures at zero, signature", "压力归零确认签字"),
              ("Locks off, time", "解锁时间"), ("Shift leader", "班长")]
    yield Rows(("Record of isolation, to be filled in", "隔离记录（填写）"), (("Item", "项目"), ("Entry", "填写")),
               [[check, ""] for check in checks], [2, 3])
