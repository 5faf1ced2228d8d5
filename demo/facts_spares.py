"""The store's list of spare parts: what the three manuals list, with stock, place and lead time."""

from dataclasses import dataclass
from random import Random

from demo.facts import Spare, feed_pump
from demo.facts_dosing import dosing_pump
from demo.facts_exchanger import exchanger
from demo.plant import Plant

# Part in its manual's language -> the other language's name.
_FEED_ZH = {
    "Casing": "泵体", "Casing cover": "泵盖", "Shaft": "轴", "Impeller": "叶轮", "Drive-end bearing": "驱动端轴承",
    "Non-drive-end bearing": "非驱动端轴承", "Casing gasket": "泵体垫片", "O-ring, casing cover": "泵盖O形圈",
    "Oil seal, drive end": "驱动端油封", "Oil seal, non-drive end": "非驱动端油封", "Mechanical seal": "机械密封",
    "Wear ring": "口环", "Shaft sleeve": "轴套", "Constant level oiler": "恒位油杯", "Oil sight glass": "油镜",
    "Coupling spider": "联轴器弹性块", "Impeller nut": "叶轮螺母", "Key, impeller": "叶轮键",
}  # fmt: skip
_EXCHANGER_ZH = {
    "Channel plate with gasket": "通道板片（带密封垫）", "Start plate with gasket": "首板（带密封垫）", "End plate": "末板",
    "Gasket set, complete": "密封垫全套", "Channel gasket": "通道密封垫", "Tightening bolt with nut": "夹紧螺栓（带螺母）",
    "Bolt bearing box": "螺栓轴承盒", "Rubber nozzle lining": "接口橡胶衬套", "Carrying roller": "滚轮",
}  # fmt: skip
_DOSING_EN = {
    "隔膜": "Diaphragm", "吸入阀组件": "Suction valve assembly", "排出阀组件": "Discharge valve assembly",
    "泵头O形圈": "O-ring, pump head", "油封": "Oil seal", "安全阀弹簧": "Relief valve spring",
    "冲程调节旋钮": "Stroke adjustment knob", "联轴器弹性块": "Coupling spider",
}  # fmt: skip
# What the manuals tell to keep in store.
_KEPT = {"Mechanical seal": 1, "Casing gasket": 1, "Drive-end bearing": 1, "Non-drive-end bearing": 1, "Coupling spider": 1,
         "隔膜": 1, "吸入阀组件": 1, "排出阀组件": 1, "泵头O形圈": 2, "Gasket set, complete": 1, "Channel plate with gasket": 2,
         "Channel gasket": 4}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoreItem:
    """One row. ``installed`` counts all the equipment it fits; ``lead_days`` is the supplier's."""

    number: str
    name: str
    name_zh: str
    fits: tuple[str, ...]  # tags
    position: str
    installed: int
    least: int
    stock: int
    place: str
    supplier: str
    lead_days: int


def store(plant: Plant) -> tuple[StoreItem, ...]:
    """All rows, in the manuals' order: feed pumps, heat exchanger, dosing pump."""
    rng = Random(f"store-{plant.seed}")
    feed, dosing, plates = feed_pump(plant), dosing_pump(plant), exchanger(plant)
    rows: list[StoreItem] = []
    for spares, fits, supplier in ((feed.spares, feed.tags, "Kestrel Pump Works"), (plates.spares, (plates.tag,), "Osprey Plate Works"),
                                   (dosing.spares, (dosing.tag,), "海鹰泵业")):
        for spare in spares:
            rows.append(_row(rng, spare, fits, supplier, len(rows)))
    return tuple(rows)


def _row(rng: Random, spare: Spare, fits: tuple[str, ...], supplier: str, index: int) -> StoreItem:
    least = _KEPT.get(spare.name, 0)
    stock = max(0, least + rng.choice([-1, 0, 0, 1, 2])) if least else rng.choice([0, 0, 0, 1])
    english = _DOSING_EN.get(spare.name, spare.name)
    chinese = _FEED_ZH.get(spare.name) or _EXCHANGER_ZH.get(spare.name) or spare.name
    place = f"{'ABC'[index // 14 % 3]}-{rng.randint(1, 9):02}-{index % 14 + 1:02}"
    return StoreItem(spare.number, english, chinese, fits, spare.position, spare.quantity * len(fits), least, stock, place, supplier,
                     rng.choice([5, 7, 10, 14, 21, 28, 35, 42, 56, 70]))
