"""The dosing pump manual: Chinese throughout, with an embedded font."""

from pathlib import Path

from demo._pdf import Book, Cover
from demo.facts import number
from demo.facts_dosing import DosingPump, dosing_pump
from demo.isolation import isolate
from demo.manual_figures import dosing_head
from demo.plant import Plant
from demo.troubles import dosing_troubles

FILE = "dosing_pump_manual_zh.pdf"


def write(plant: Plant, path: Path) -> None:
    """Write the manual of the plant's dosing pump to ``path``."""
    facts = dosing_pump(plant)
    cover = Cover(
        title=f"隔膜计量泵 {facts.model}", subtitle="安装、操作与维护手册", number=facts.document,
        revision=facts.revision,
        date=facts.date,
        rows=(("文件编号", facts.document), ("修订版", facts.revision), ("日期", facts.date), ("型号", facts.model),
              ("适用位号", facts.tag), ("装置", f"{plant.unit} 单元"), ("介质", "液态添加剂，无固体颗粒")),
        imprint="海鹰泵业，为本演示虚构的制造商。")
    book = Book("zh", cover)
    _about(book, facts, plant)
    _safety(book, facts, plant)
    _data(book, facts)
    _operation(book, facts, plant)
    _calibration(book, facts, plant)
    _maintenance(book, facts)
    _troubles(book, facts, plant)
    _spares(book, facts)
    book.save(path)


def _about(book: Book, facts: DosingPump, plant: Plant) -> None:
    book.h1("概述")
    book.h2("适用范围")
    book.p(f"本手册适用于计量泵 {facts.tag}，型号 {facts.model}。该泵从化学品储罐吸入添加剂，经止回阀 "
           f"{plant.tag('NRV-D')} "
           f"加入进料总管，在换热器 {plant.tag('E')} 之前与物料混合。")
    book.h2("警示标志")
    book.table("警示标志的含义", ["标志", "含义"], [
        ["危险", "如不避免，将造成死亡或重伤。"], ["警告", "如不避免，可能造成死亡或重伤。"],
        ["注意", "如不避免，可能造成轻伤或设备损坏。"]], [1, 5])
    book.h2("人员要求")
    book.p("操作人员须经培训。电气接线只能由电工完成。更换隔膜和阀组件由机修人员完成，工作前须阅读第 2 章。")


def _safety(book: Book, facts: DosingPump, plant: Plant) -> None:
    book.h1("安全与隔离")
    book.h2("一般规定")
    book.box("危险", "化学品灼伤。打开泵头前必须泄压、排净并用水冲洗。操作时佩戴防护面罩、耐酸碱手套和围裙。")
    book.box("警告", f"高压喷溅。排出压力最高可达 {number(facts.max_bar)} bar。严禁在关闭排出阀的情况下启动泵。")
    book.p(f"介质温度不得超过 {facts.max_temp_c} °C。严禁拆除安全阀或提高其整定压力。")
    book.h2("上锁挂牌(LOTO)隔离步骤")
    points = isolate(plant, "P-D")
    book.steps([
        f"通知中控室，停止计量泵 {facts.tag}。", f"断开 {facts.tag} 的电机隔离开关，上锁挂牌，并试启动确认无电。",
        f"关闭吸入阀 {plant.tag('HV-D-suc')}，上锁挂牌。", f"关闭排出阀 {plant.tag('HV-D-dis')}，上锁挂牌。",
        f"缓慢打开排净阀 {points.drains[0]}，将泵头内的药液排入收集桶。",
        f"确认排出压力 {plant.tag('PI-D')} 为 0 bar，然后用清水冲洗泵头。", "作业期间保持排净阀打开并挂牌。"])
    book.p(f"止回阀 {plant.tag('NRV-D')} 不能作为隔离点。")
    names = {part.tag: (part.name_zh, {"open": "开", "closed": "关"}.get(part.normally, "")) for part in plant.parts}
    book.table("隔离点", ["阀门位号", "名称", "正常运行时", "隔离时"],
               [[tag, *names[tag], "关闭并上锁"] for tag in points.close]
               + [[tag, *names[tag], "打开"] for tag in points.drains], [1.5, 2, 1.5, 1.5])
    book.h2("恢复运行")
    book.steps(["检查所有零件已装好，工具已清点。", f"关闭排净阀 {points.drains[0]}。", "由本人取下各自的锁和牌。",
                f"打开 {plant.tag('HV-D-suc')} 和 {plant.tag('HV-D-dis')}，按第 4 章排气后启动。"])


def _data(book: Book, facts: DosingPump) -> None:
    n = number
    book.h1("技术数据")
    book.h2("额定数据")
    book.table("技术数据", ["项目", "数值", "单位"], [
        ["额定流量", n(facts.capacity_lh), "L/h"], ["最高排出压力", n(facts.max_bar), "bar"],
        ["安全阀整定压力", n(facts.relief_bar), "bar"], ["最大冲程频率", n(facts.max_stroke_rate), "次/分"],
        ["冲程长度", n(facts.stroke_mm), "mm"], ["柱塞直径", n(facts.plunger_mm), "mm"],
        ["调节比", facts.turndown, "-"],
        ["计量精度", f"± {n(facts.accuracy_pct)}", "%"], ["电机功率", n(facts.motor_kw), "kW"],
        ["最大吸入高度", n(facts.suction_lift_m), "m"], ["介质最高粘度", n(facts.max_viscosity_mpas), "mPa·s"],
        ["介质最高温度", n(facts.max_temp_c), "°C"], ["整机重量", n(facts.weight_kg), "kg"],
        ["隔膜材质", facts.diaphragm, "-"]], [3, 4, 1.2])
    book.h2("报警与联锁限值")
    book.p("下列限值已在控制系统中设定。达到报警值时由操作人员处理，达到联锁值时泵必须停止。")
    book.table("报警与联锁限值", ["项目", "报警值", "联锁值", "单位"], [
        ["排出压力，高", n(facts.pressure_alarm_bar), n(facts.pressure_trip_bar), "bar"],
        ["加药流量，高", n(facts.high_flow_lh), "-", "L/h"], ["加药流量，低", n(facts.low_flow_lh), "-", "L/h"],
        ["冲程频率，高", n(facts.max_stroke_rate), "-", "次/分"]], [3, 1.5, 1.5, 1])
    book.h2("结构")
    book.p("电机经蜗轮减速箱带动偏心轮，推动柱塞和隔膜往复运动。泵头上下各有一个球阀，下方为吸入阀，上方为排出阀。"
           "隔膜破裂时，"
           "药液从泵头下方的泄漏孔流出。")
    book.figure(dosing_head(book.regular), "泵头结构：1 隔膜，2 吸入阀组件，3 排出阀组件，4 柱塞，5 减速箱，6 电机")


def _operation(book: Book, facts: DosingPump, plant: Plant) -> None:
    n = number
    book.h1("安装与操作")
    book.h2("安装")
    book.steps([f"将泵水平固定在基础上，地脚螺栓拧紧力矩为 {facts.torque('地脚螺栓').nm} Nm。",
                f"吸入管路应短而直，吸入高度不得超过 {n(facts.suction_lift_m)} m。",
                f"排出管路上装脉动阻尼器，充气压力为工作压力的 {facts.damper_bar_pct} %。",
                f"减速箱加注 {facts.oil} {n(facts.oil_litres)} L。"])
    book.h2("启动")
    book.steps([f"打开吸入阀 {plant.tag('HV-D-suc')} 和排出阀 {plant.tag('HV-D-dis')}。", "检查减速箱油位在油镜中部。",
                f"将冲程调到 {facts.start_stroke_pct} %，启动电机。",
                f"打开泵头排气阀，将冲程调到 {facts.prime_stroke_pct} %，直到排出的药液无气泡，再关闭排气阀。",
                f"将冲程调到所需流量，观察 {plant.tag('FI-D')} 和 {plant.tag('PI-D')}。"])
    book.box("注意", "只能在泵运行时转动冲程调节旋钮。停泵时强行转动会损坏调节机构。")
    book.h2("停泵")
    book.steps(["将冲程调到 0 %，停止电机。", "停泵超过 7 天时，用清水冲洗泵头，并关闭吸入阀和排出阀。"])


def _calibration(book: Book, facts: DosingPump, plant: Plant) -> None:
    n = number
    book.h1("流量标定")
    book.p(f"计量泵每 {facts.calibration_months} 个月标定一次，更换隔膜或阀组件后也须标定。流量误差不得超过 "
           f"± {n(facts.calibration_error_pct)} %。")
    book.h2("标定步骤")
    book.steps([
        "将标定柱注满药液，把吸入管路切换到标定柱。", "启动泵，运行 5 分钟直到流量稳定。", "将冲程调到 100 %。",
        f"用秒表计时 {facts.calibration_s} 秒，记录标定柱液位下降的体积。",
        f"重复测量 {facts.calibration_runs} 次，取平均值，换算成 L/h。", "在冲程 75 %、50 % 和 25 % 处各重复一次。",
        f"与 {plant.tag('FI-D')} 的读数比较。误差超过 ± {n(facts.calibration_error_pct)} % 时，"
        f"调整冲程零点后重新标定。",
        "将结果填入标定记录表，并把吸入管路切换回药箱。"])
    share = facts.capacity_lh / 100
    book.table("标定点的理论流量", ["冲程(%)", "流量(L/h)"], [[str(p), n(round(share * p, 1))] for p in (25, 50, 75,
                                                                                             100)], [1, 1])


def _maintenance(book: Book, facts: DosingPump) -> None:
    n = number
    book.h1("维护")
    book.h2("维护周期")
    book.table("维护周期", ["项目", "周期", "执行人"], [
        ["检查泄漏孔、油位和噪声", f"{facts.noise_note_h} h", "操作工"],
        ["流量标定", f"{facts.calibration_months} 个月", "仪表工"],
        ["更换隔膜", f"{facts.diaphragm_h} h", "机修工"], ["更换吸入阀和排出阀组件", f"{facts.check_valve_h} h",
                                                    "机修工"],
        ["首次更换齿轮油", f"{facts.first_oil_h} h", "机修工"], ["更换齿轮油", f"{facts.oil_h} h", "机修工"],
        ["校验安全阀", "12 个月", "机修工"]], [3.5, 2, 1.5])
    book.h2("润滑")
    book.p(f"减速箱使用 {facts.oil}，油量为 {n(facts.oil_litres)} L。首次运行 {facts.first_oil_h} 小时后换油，以后每 "
           f"{facts.oil_h} 小时换油一次。不得混用不同牌号的油。")
    book.steps(["运行泵使油升温，然后停泵并上锁。", "拧下放油螺塞，将旧油放入油盘。油呈乳白色说明隔膜渗漏。",
                f"装回放油螺塞，拧紧力矩 {facts.torque('放油螺塞').nm} Nm。",
                f"加注新油 {n(facts.oil_litres)} L，检查油位。"])
    book.h2("拧紧力矩")
    book.table("拧紧力矩", ["部位", "螺纹", "力矩", "单位"], [[t.place, t.bolt, n(t.nm), "Nm"] for t in facts.torques],
               [3, 1.5, 1.5, 1])
    _diaphragm(book, facts)
    book.h2("更换阀组件")
    book.steps(["按第 2 章隔离、排净并冲洗。", "拧下阀座压盖，取出阀球和阀座。",
                "用清水清洗阀腔，不得用金属工具刮擦密封面。",
                f"装入新的阀组件，注意流向箭头向上，阀座压盖拧紧力矩 {facts.torque('阀座压盖').nm} Nm。",
                "启动后检查密封，然后标定。"])


def _diaphragm(book: Book, facts: DosingPump) -> None:
    book.h2("更换隔膜")
    book.p(f"隔膜每运行 {facts.diaphragm_h} 小时更换一次。发现泄漏孔有液体流出时必须立即更换。备件号 "
           f"{facts.spare('隔膜').number}。")
    book.box("警告", "打开泵头前，按第 2 章完成上锁挂牌隔离，排净并冲洗泵头。")
    book.steps(["将冲程调到 0 %。", "拧下泵头螺栓，取下泵头。", "逆时针旋下旧隔膜。",
                "检查泄漏孔是否畅通，清洁隔膜座。",
                "在新隔膜螺纹上涂少量润滑脂，用手旋紧，对准螺孔。",
                f"更换泵头O形圈，装上泵头，螺栓按 {facts.torque('泵头螺栓').nm} Nm 对角分三次拧紧。",
                f"运行 24 小时后，按 {facts.torque('泵头螺栓').nm} Nm 复紧泵头螺栓。", "按第 5 章重新标定流量。"])


def _troubles(book: Book, facts: DosingPump, plant: Plant) -> None:
    book.h1("故障排除")
    book.p("先按第一列找到故障现象，再自上而下检查原因。")
    book.table("故障排除", ["现象", "原因", "处理方法"], [list(row) for row in dosing_troubles(facts, plant)],
               [2, 2.6, 4])


def _spares(book: Book, facts: DosingPump) -> None:
    book.h1("备件")
    book.p("订货时请注明型号、位号和备件号。")
    book.table("备件清单", ["序号", "名称", "备件号", "数量", "备注"],
               [[s.position, s.name, s.number, str(s.quantity), s.note or "-"] for s in facts.spares],
               [1, 2.4, 2, 1, 3])
    book.p("建议库存：隔膜一件，吸入阀组件和排出阀组件各一件，泵头O形圈一套。")
