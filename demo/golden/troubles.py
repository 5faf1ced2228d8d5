"""Topics of the troubleshooting tables: a symptom, and any row of it proves an answer."""

from demo import manual_en, manual_zh
from demo.facts import FeedPump
from demo.facts_dosing import DosingPump
from demo.golden.item import Fact, Topic
from demo.golden.places import Places
from demo.plant import Plant
from demo.troubles import Trouble, dosing_troubles, feed_troubles

# fact id, symptom as the table has it, what a right answer names, English and Chinese names for it
_Rows = list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]]
_FEED: _Rows = [
    ("no-liquid", "Pump delivers no liquid", "vent", ("nothing coming out", "no flow at all"), ("不上量", "打不出料")),
    ("weak", "Flow or head too low", "wear rings", ("poor delivery", "not enough head"), ("打量不足", "扬程不够")),
    ("hot-bearing", "Bearing temperature too high", "oil level", ("a hot bearing", "bearings running hot"), ("轴承发烫", "轴承过热")),
    ("shaking", "Vibration or noise", "suction pressure", ("heavy shaking", "rattling and vibration"), ("抖得厉害", "有异响和振动")),
    ("seal", "Mechanical seal leaks", "mechanical seal", ("a dripping seal", "product coming out at the shaft"), ("机封滴漏", "轴封漏料")),
    ("amps", "Motor current too high", "discharge", ("too many amps", "an overloaded motor"), ("电流偏大", "电机过流")),
    ("start-trip", "Motor trips at start", "discharge valve", ("the motor falling out as soon as it is started", "tripping on start-up"),
     ("一启动就跳", "启动即跳闸")),
    ("oil-leak", "Oil leaks from the bearing housing", "oil seal", ("oil under the bearing housing", "an oily bearing housing"),
     ("轴承箱往外渗油", "轴承座漏油")),
]
_DOSING: _Rows = [
    ("no-liquid", "泵不出液", "吸入阀", ("nothing being dosed", "no delivery"), ("打不出药", "一点药液都不出")),
    ("low", "流量偏低", "阀座", ("underdosing", "less chemical than set"), ("加药量不够", "出力不足")),
    ("unsteady", "流量不稳定", "止回阀", ("a dose that jumps up and down", "unsteady flow"), ("药量忽大忽小", "流量波动")),
    ("pressure", "排出压力过高", "排出阀", ("too much discharge pressure", "high back pressure"), ("出口憋压", "出口压力偏高")),
    ("tell-tale", "泵头下方泄漏孔漏液", "隔膜", ("liquid from the tell-tale hole", "dripping under the pump head"), ("泄漏孔滴药液", "泵头底下小孔流液")),
    ("joint", "泵头结合面泄漏", "螺栓", ("weeping between head and body", "a leak at the head joint"), ("泵头接缝处渗漏", "泵头和泵体之间漏")),
    ("gearbox", "齿轮箱过热", "油位", ("a hot gearbox", "an overheating gear unit"), ("减速箱烫手", "减速机温度高")),
    ("noise", "异常噪声", "轴承", ("knocking noises", "strange sounds"), ("有敲击声", "声音不对")),
    ("overload", "电机过载跳闸", "压力", ("motor overload trips", "its motor dropping out"), ("电机老跳", "热继电器动作")),
]


def topics(plant: Plant, feed: FeedPump, dosing: DosingPump, places: Places) -> list[Topic]:
    return [*_of("feed", "feed", manual_en.FILE, _FEED, feed_troubles(feed, plant), places),
            *_of("dosing", "P-D", manual_zh.FILE, _DOSING, dosing_troubles(dosing, plant), places)]


def _of(name: str, subject: str, file: str, rows: _Rows, table: tuple[Trouble, ...], places: Places) -> list[Topic]:
    return [Topic(f"{name}.trouble.{id_}", "troubleshooting", "trouble", subject,
                  places.prove(file, *((row.cause, row.remedy) for row in table if row.symptom == symptom)), [Fact(must)], en, zh,
                  count=(1, 1)) for id_, symptom, must, en, zh in rows]
