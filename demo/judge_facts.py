"""What the judge cases ask: facts of both manuals, each with its quote, and a question and an answer per language."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo import manual_en, manual_zh
from demo.evidence import Pdf
from demo.facts import feed_pump
from demo.facts import number as n
from demo.facts_dosing import dosing_pump
from demo.plant import Plant

_HEADINGS = {
    "feed.bearing.trip": "Technical data > Operating limits", "feed.bearing.alarm": "Technical data > Operating limits",
    "feed.vibration.trip": "Technical data > Operating limits", "feed.npsh": "Technical data > Rated data",
    "feed.oil.quantity": "Lubrication > Lubricants, quantities and intervals",
    "feed.oil.interval": "Lubrication > Lubricants, quantities and intervals", "feed.restart": "Operation > Start-up",
    "feed.seal.spring": "Maintenance > Replacing the mechanical seal", "feed.seal.leak": "Maintenance > Replacing the mechanical seal",
    "feed.ring": "Maintenance > Clearances and wear limits", "feed.bearing.heat": "Maintenance > Replacing the bearings",
    "feed.align": "Installation > Coupling alignment", "feed.torque.gland": "Maintenance > Tightening torques",
    "feed.torque.casing": "Maintenance > Tightening torques",
    "dosing.diaphragm": "维护 > 更换隔膜", "dosing.oil.quantity": "维护 > 润滑", "dosing.oil.interval": "维护 > 润滑",
    "dosing.error": "流量标定", "dosing.temperature": "安全与隔离 > 一般规定", "dosing.lift": "安装与操作 > 安装",
    "dosing.stopwatch": "流量标定 > 标定步骤", "dosing.relief": "技术数据", "dosing.torque.head": "维护 > 拧紧力矩",
    "dosing.pressure.alarm": "技术数据 > 报警与联锁限值",
}
_ZH_UNITS = {"h": "小时", "min": "分钟", "s": "秒"}


@dataclass(frozen=True)
class Stated:
    """``head``: the head row, where the quote is a table's row. ``near``: another number of the same quote.
    In ``ask`` and ``say``, by language, {t} is the tag, {v} the value, {u} its unit."""

    id: str
    pump: str  # feed | dosing
    cells: tuple[str, ...]  # one sentence, or a row's cells
    value: str
    unit: str
    ask: dict[str, str]
    say: dict[str, str]
    head: str = ""
    near: str = ""

    @property
    def quote(self) -> str:
        row = " | ".join(self.cells)
        return f"{self.head}\n{row}" if self.head else row

    def unit_in(self, language: str) -> str:
        return _ZH_UNITS.get(self.unit, self.unit) if language == "zh" else self.unit


@dataclass(frozen=True)
class Source:
    """A manual: where quotes stand, the tags that it applies to, and its language."""

    pdf: Pdf
    tags: tuple[str, ...]
    language: str

    def evidence(self, stated: Stated) -> dict[str, Any]:
        """Raises ``LookupError`` where the manual does not say it so."""
        found = self.pdf.find(*stated.cells)
        return {"document": found["document"], "page": found["page"], "heading": _HEADINGS[stated.id], "quote": stated.quote,
                "tags": list(self.tags)}


def sources(plant: Plant, folder: Path) -> dict[str, Source]:
    """Both manuals, written to ``folder`` and read back."""
    manual_en.write(plant, folder / manual_en.FILE)
    manual_zh.write(plant, folder / manual_zh.FILE)
    feed, dosing = feed_pump(plant).tags, (dosing_pump(plant).tag,)
    return {"feed": Source(Pdf(folder / manual_en.FILE), feed, "en"), "dosing": Source(Pdf(folder / manual_zh.FILE), dosing, "zh")}


def stated_facts(plant: Plant) -> list[Stated]:
    return [*_feed(plant), *_feed_tables(plant), *_dosing(plant), *_dosing_tables(plant)]


def _fact(id: str, pump: str, cells: tuple[str, ...], value: str, unit: str, en: tuple[str, str], zh: tuple[str, str],
          head: str = "", near: str = "") -> Stated:
    return Stated(id, pump, cells, value, unit, {"en": en[0], "zh": zh[0]}, {"en": en[1], "zh": zh[1]}, head, near)


def _feed(plant: Plant) -> list[Stated]:
    f = feed_pump(plant)
    alarm, trip = n(f.limits.bearing[0]), n(f.limits.bearing[1])
    oil = (f"The bearing housing holds {n(f.oil_litres)} L of mineral oil {f.oil_grade}. Change the oil for the first time "
           f"after {f.first_oil_h} operating hours, then every {f.oil_h} operating hours.",)
    return [
        _fact("feed.bearing.trip", "feed", (f"If a bearing passes {alarm} °C, check the oil level first, then alignment and vibration. Stop the pump at {trip} °C.",), trip, "°C",
              ("At what bearing temperature must {t} be stopped?", "Stop {t} when a bearing reaches {v} {u}."),
              ("{t} 的轴承温度到多少必须停泵？", "{t} 的轴承温度达到 {v} {u} 时必须停泵。"), near=alarm),
        _fact("feed.oil.quantity", "feed", oil, n(f.oil_litres), "L",
              ("How much oil goes into the bearing housing of {t}?", "The bearing housing of {t} holds {v} {u} of oil."),
              ("{t} 的轴承箱要加多少油？", "{t} 的轴承箱油量为 {v} {u}。")),
        _fact("feed.oil.interval", "feed", oil, str(f.oil_h), "h",
              ("After the first change, how often is the oil of {t} changed?", "After the first change, change the oil of {t} every {v} {u}."),
              ("{t} 首次换油以后，每隔多久换油？", "{t} 首次换油后，每 {v} {u}换油一次。"), near=str(f.first_oil_h)),
        _fact("feed.restart", "feed", (f"After a trip, wait {f.restart_wait_min} minutes before the next start.",), str(f.restart_wait_min), "min",
              ("{t} tripped. How long to wait before I start it again?", "After a trip of {t}, wait {v} {u} before the next start."),
              ("{t} 跳停后要等多久才能再启动？", "{t} 跳停后，须等待 {v} {u}才能再次启动。")),
        _fact("feed.seal.spring", "feed", (f"Slide the rotating unit on and set it so that the spring is compressed by {n(f.seal_compress_mm)} mm when the gland is home.",), n(f.seal_compress_mm), "mm",
              ("How far is the seal spring of {t} compressed?", "Set the seal of {t} so that the spring is compressed by {v} {u}."),
              ("{t} 装机械密封时弹簧要压缩多少？", "{t} 的密封弹簧应压缩 {v} {u}。")),
        _fact("feed.seal.leak", "feed", (f"Replace the seal when it leaks more than {f.seal_leak_ml_h} mL/h after the running-in hour.",), str(f.seal_leak_ml_h), "mL/h",
              ("From which leak on must the seal of {t} be replaced?", "Replace the seal of {t} when it leaks more than {v} {u}."),
              ("{t} 的密封泄漏到多少就要更换？", "{t} 的密封泄漏超过 {v} {u} 时应更换密封。")),
        _fact("feed.ring", "feed", (f"Replace the wear rings when the clearance on the diameter reaches {n(f.ring_max_mm)} mm.",), n(f.ring_max_mm), "mm",
              ("At what clearance are the wear rings of {t} due?", "Replace the wear rings of {t} when the clearance on the diameter reaches {v} {u}."),
              ("{t} 的口环间隙到多少要换？", "{t} 的口环直径间隙达到 {v} {u} 时应更换。")),
        _fact("feed.bearing.heat", "feed", (f"Heat the new bearings to {f.bearing_heat_c} °C with an induction heater and slide them home against the shoulder. Never heat above 120 °C.",), str(f.bearing_heat_c), "°C",
              ("How warm do I heat the new bearings of {t}?", "Heat the new bearings of {t} to {v} {u} with an induction heater."),
              ("{t} 的新轴承要加热到多少度？", "用感应加热器把 {t} 的新轴承加热到 {v} {u}。"), near="120"),
        _fact("feed.align", "feed", (f"The parallel offset must not exceed {n(f.offset_mm)} mm and the angular misalignment must not exceed {n(f.angular_mm)} mm",), n(f.offset_mm), "mm",
              ("Largest parallel offset of the coupling of {t}?", "The parallel offset of the coupling of {t} must not exceed {v} {u}."),
              ("{t} 联轴器的平行偏差最多多少？", "{t} 联轴器的平行偏差不得超过 {v} {u}。"), near=n(f.angular_mm)),
    ]


def _feed_tables(plant: Plant) -> list[Stated]:
    f = feed_pump(plant)
    limits, torques, data = "Quantity | Alarm | Trip | Unit", "Joint | Thread | Torque | Unit", "Quantity | Value | Unit"
    (alarm, trip), (shake, shake_trip) = f.limits.bearing, f.limits.vibration
    gland, casing = f.torque("Seal gland nuts"), f.torque("Casing nuts")
    return [
        _fact("feed.bearing.alarm", "feed", ("Drive-end bearing temperature, high", n(alarm), n(trip), "°C"), n(alarm), "°C",
              ("When does {t} alarm on drive-end bearing temperature?", "The drive-end bearing temperature of {t} alarms at {v} {u}."),
              ("{t} 驱动端轴承温度多少度报警？", "{t} 驱动端轴承温度的报警值为 {v} {u}。"), limits, n(trip)),
        _fact("feed.vibration.trip", "feed", ("Vibration velocity (RMS), high", n(shake), n(shake_trip), "mm/s"), n(shake_trip), "mm/s",
              ("At what vibration does {t} trip?", "{t} trips at a vibration velocity of {v} {u}."),
              ("{t} 振动到多少联锁停泵？", "{t} 振动速度的联锁值为 {v} {u}。"), limits, n(shake)),
        _fact("feed.torque.gland", "feed", (gland.place, gland.bolt, str(gland.nm), "Nm"), str(gland.nm), "Nm",
              ("Torque of the seal gland nuts on {t}?", "Tighten the seal gland nuts of {t} to {v} {u}."),
              ("{t} 的密封压盖螺母拧多紧？", "{t} 的密封压盖螺母拧紧力矩为 {v} {u}。"), torques),
        _fact("feed.torque.casing", "feed", (casing.place, casing.bolt, str(casing.nm), "Nm"), str(casing.nm), "Nm",
              ("How tight are the casing nuts of {t}?", "Tighten the casing nuts of {t} to {v} {u}."),
              ("{t} 的泵壳螺母拧紧力矩是多少？", "{t} 的泵壳螺母应拧紧到 {v} {u}。"), torques),
        _fact("feed.npsh", "feed", ("NPSH required at rated flow (NPSHr)", n(f.npshr_m), "m"), n(f.npshr_m), "m",
              ("What NPSH does {t} require at rated flow?", "{t} requires an NPSH of {v} {u} at rated flow."),
              ("{t} 在额定流量下的必需汽蚀余量是多少？", "{t} 在额定流量下的必需汽蚀余量（NPSHr）为 {v} {u}。"), data),
    ]


def _dosing(plant: Plant) -> list[Stated]:
    f = dosing_pump(plant)
    oil = (f"减速箱使用 {f.oil}，油量为 {n(f.oil_litres)} L。首次运行 {f.first_oil_h} 小时后换油，以后每 {f.oil_h} 小时换油一次。",)
    return [
        _fact("dosing.diaphragm", "dosing", (f"隔膜每运行 {f.diaphragm_h} 小时更换一次。",), str(f.diaphragm_h), "h",
              ("How often is the diaphragm of {t} replaced?", "Replace the diaphragm of {t} every {v} {u}."),
              ("{t} 的隔膜多久换一次？", "{t} 的隔膜每运行 {v} {u}更换一次。")),
        _fact("dosing.oil.quantity", "dosing", oil, n(f.oil_litres), "L",
              ("How much oil does the gearbox of {t} take?", "The gearbox of {t} takes {v} {u} of oil."),
              ("{t} 减速箱加多少油？", "{t} 减速箱的油量为 {v} {u}。")),
        _fact("dosing.oil.interval", "dosing", oil, str(f.oil_h), "h",
              ("After the first change, how often is the gearbox oil of {t} changed?", "After the first change, change the gearbox oil of {t} every {v} {u}."),
              ("{t} 减速箱首次换油以后多久换一次油？", "{t} 减速箱首次换油后，每 {v} {u}换油一次。"), near=str(f.first_oil_h)),
        _fact("dosing.error", "dosing", (f"流量误差不得超过 ± {n(f.calibration_error_pct)} %。",), n(f.calibration_error_pct), "%",
              ("Largest flow error of {t} after calibration?", "The flow error of {t} must not exceed ± {v} {u}."),
              ("{t} 标定后流量误差最多多少？", "{t} 的流量误差不得超过 ± {v} {u}。")),
        _fact("dosing.temperature", "dosing", (f"介质温度不得超过 {n(f.max_temp_c)} °C。",), n(f.max_temp_c), "°C",
              ("How hot may the medium in {t} be?", "The medium temperature of {t} must not exceed {v} {u}."),
              ("{t} 的介质最高多少度？", "{t} 的介质温度不得超过 {v} {u}。")),
        _fact("dosing.lift", "dosing", (f"吸入管路应短而直，吸入高度不得超过 {n(f.suction_lift_m)} m。",), n(f.suction_lift_m), "m",
              ("What suction lift is allowed for {t}?", "The suction lift of {t} must not exceed {v} {u}."),
              ("{t} 的吸入高度最多多少？", "{t} 的吸入高度不得超过 {v} {u}。")),
        _fact("dosing.stopwatch", "dosing", (f"用秒表计时 {f.calibration_s} 秒，记录标定柱液位下降的体积。",), str(f.calibration_s), "s",
              ("How long is one timing run when {t} is calibrated?", "Time {v} {u} with a stopwatch when calibrating {t}."),
              ("{t} 标定时每次计时多久？", "{t} 标定时用秒表计时 {v} {u}。")),
    ]


def _dosing_tables(plant: Plant) -> list[Stated]:
    f = dosing_pump(plant)
    head = f.torque("泵头螺栓")
    return [
        _fact("dosing.relief", "dosing", ("安全阀整定压力", n(f.relief_bar), "bar"), n(f.relief_bar), "bar",
              ("Set pressure of the relief valve of {t}?", "The relief valve of {t} is set to {v} {u}."),
              ("{t} 的安全阀整定压力是多少？", "{t} 的安全阀整定压力为 {v} {u}。")),
        _fact("dosing.torque.head", "dosing", (head.place, head.bolt, str(head.nm), "Nm"), str(head.nm), "Nm",
              ("Torque of the pump head bolts of {t}?", "Tighten the pump head bolts of {t} to {v} {u}."),
              ("{t} 的泵头螺栓拧紧力矩是多少？", "{t} 的泵头螺栓拧紧力矩为 {v} {u}。"), "部位 | 螺纹 | 力矩 | 单位"),
        _fact("dosing.pressure.alarm", "dosing", ("排出压力，高", n(f.pressure_alarm_bar), n(f.pressure_trip_bar), "bar"), n(f.pressure_alarm_bar), "bar",
              ("At what discharge pressure does {t} alarm?", "The discharge pressure of {t} alarms at {v} {u}."),
              ("{t} 的排出压力多少报警？", "{t} 排出压力的报警值为 {v} {u}。"), "项目 | 报警值 | 联锁值 | 单位", n(f.pressure_trip_bar)),
    ]
