"""What technicians call the plant's things: tags in many spellings, names and nicknames."""

from collections.abc import Sequence

from demo.plant import Plant

_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def spellings(tag: str, language: str) -> list[str]:
    """P-101A as people write it. Each is one of those that the service claims to read."""
    letters, _, number = tag.partition("-")
    forms = [tag, f"{letters}{number}", tag.lower(), tag]
    if language == "zh":
        return [*forms, tag.translate(_WIDE), f"{letters}{number}".lower()]
    return [*forms, f"{letters} {number}", f"{letters}_{number}"]


def pump_spellings(plant: Plant, key: str, language: str) -> list[str]:
    """Of a feed pump: beside those of any tag, apart by a space, with the unit in front, and 泵 or "pump" before it."""
    tag = plant.tag(key)
    apart, joined = f"{tag[:-1]} {tag[-1]}", tag.replace("-", "")
    more = [f"泵{tag}", f"{joined}泵"] if language == "zh" else [f"pump {tag}", apart]
    return [*spellings(tag, language), f"=U{plant.unit // 100}-{joined}", *more]


def subjects(plant: Plant, key: str, language: str) -> list[str]:
    """Names of what a topic is about, best mixed. ``feed`` is the type of both feed pumps: what holds for either."""
    zh = language == "zh"
    if key == "feed":
        tags = [*pump_spellings(plant, "P-A", language)[:7], *pump_spellings(plant, "P-B", language)[3:]]
        plain = ["进料泵", "进料泵", "备用泵", "运行泵", plant.part("P-A").model + " 泵"] if zh else [
            "the feed pump", "the feed pump", "the standby pump", "the duty pump", f"the {plant.part('P-A').model}"]
        return _mixed(plain, tags)
    if key in ("P-A", "P-B"):
        duty = key == plant.duty
        names = [("运行泵" if duty else "备用泵"), plant.part(key).name_zh] if zh else [
            "the duty pump" if duty else "the standby pump", f"feed pump {key[-1]}"]
        return _mixed(names, pump_spellings(plant, key, language))
    names = {
        "P-D": (["the dosing pump", "the dosing pump", f"the {plant.part('P-D').model}"], ["计量泵", "计量泵", "加药泵"]),
        "E": (["the plate heat exchanger", "the heat exchanger", "the product heater"], ["板式换热器", "换热器"]),
        "T-F": (["the feed tank"], ["原料罐"]), "T-P": (["the product tank"], ["产品罐"]),
    }[key][zh]
    return _mixed(names, spellings(plant.tag(key), language))


def _mixed(plain: Sequence[str], tags: Sequence[str]) -> list[str]:
    """One and the other in turn."""
    longer = max(len(plain), len(tags))
    return [name for i in range(longer) for name in (plain[i % len(plain)], tags[i % len(tags)])]
