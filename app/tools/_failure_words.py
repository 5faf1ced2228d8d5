"""What people call failures, in English, Chinese and shop-floor short forms, as ISO 14224 failure modes and components.

Words only; ``_failures`` reads questions and orders with them.
"""

from typing import Literal, NamedTuple

from retrieval.models import Language

TermKind = Literal["mode", "part", "action", "type"]

# ISO 14224 annex B codes of rotating and static equipment: English, Chinese.
MODES: dict[str, tuple[str, str]] = {
    "AIR": ("abnormal instrument reading", "仪表读数异常"),
    "BRD": ("breakdown", "损坏停机"),
    "DOP": ("delayed operation", "动作迟缓"),
    "ELF": ("external leakage of fuel", "燃料外漏"),
    "ELP": ("external leakage of process medium", "介质外漏"),
    "ELU": ("external leakage of utility medium", "公用介质外漏"),
    "ERO": ("erratic output", "输出不稳"),
    "FTC": ("failure to close on demand", "无法关闭"),
    "FTF": ("failure to function on demand", "无法动作"),
    "FTI": ("failure to function as intended", "功能异常"),
    "FTO": ("failure to open on demand", "无法打开"),
    "FTR": ("failure to regulate", "无法调节"),
    "FTS": ("failure to start on demand", "无法启动"),
    "HIO": ("high output", "输出偏高"),
    "IHT": ("insufficient heat transfer", "换热不足"),
    "INL": ("internal leakage", "内漏"),
    "LOO": ("low output", "输出偏低"),
    "LCP": ("leakage in closed position", "关闭位置泄漏"),
    "NOI": ("noise", "异响"),
    "NOO": ("no output", "无输出"),
    "OHE": ("overheating", "过热"),
    "OTH": ("other", "其他"),
    "PDE": ("parameter deviation", "参数偏差"),
    "PLU": ("plugged or choked", "堵塞"),
    "SER": ("minor in-service problem", "小缺陷"),
    "SPO": ("spurious operation", "误动作"),
    "STD": ("structural deficiency", "结构缺陷"),
    "STP": ("failure to stop on demand", "无法停机"),
    "UNK": ("unknown", "未知"),
    "UST": ("unexpected stop", "意外停机"),
    "VIB": ("vibration", "振动"),
}
UNTOLD = frozenset({"", "OTH", "UNK"})  # codes that say nothing: the text decides


class Term(NamedTuple):
    """``says``: a question names it. ``shows``: an order's text names it, short forms too. Both are alternatives of
    a pattern, Latin ones as whole words, Chinese ones anywhere. ``spelt``: long words that a slip may have hit."""

    kind: TermKind
    name: str
    name_zh: str
    says: str
    shows: str
    spelt: tuple[str, ...] = ()
    modes: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()


def _mode(codes: str, name: str, name_zh: str, says: str, shows: str = "", spelt: str = "") -> Term:
    return Term(
        "mode",
        name,
        name_zh,
        says,
        f"{says}|{shows}" if shows else says,
        tuple(spelt.split()),
        frozenset(codes.split()),
    )


def _part(name: str, name_zh: str, says: str, shows: str = "", spelt: str = "") -> Term:
    return Term("part", name, name_zh, says, f"{says}|{shows}" if shows else says, tuple(spelt.split()))


def _action(name: str, name_zh: str, says: str, shows: str, spelt: str = "") -> Term:
    return Term("action", name, name_zh, says, f"{says}|{shows}", tuple(spelt.split()))


def _types(types: str, name: str, name_zh: str, says: str) -> Term:
    return Term("type", name, name_zh, says, "", types=frozenset(types.split()))


TERMS: tuple[Term, ...] = (
    _mode(
        "ELP ELU ELF INL LCP",
        "leakage",
        "泄漏",
        r"leak\w*|drip\w*|weep\w*|seep\w*|泄漏|泄露|渗漏|滴漏|漏液|漏水|漏",
        r"lkg|lks?|lkd|spray\w*|渗|滴",
        "leaking leakage",
    ),
    _mode("ELU", "oil leakage", "漏油", r"oil (?:leak|weep|drip|seep)\w*|loss of oil|漏油|渗油", r"oil lkg", ""),
    _mode("VIB", "vibration", "振动", r"vibrat\w*|shak(?:es|ing)|振动|震动", r"vibs?|振|抖", "vibration vibrating"),
    _mode(
        "OHE",
        "overheating",
        "过热",
        r"over-?heat\w*|(?:r[au]nn?(?:s|ing)?|too|got) (?:hot|warm)|high (?:\w+ )?temp\w*|temp\w* (?:too )?high"
        r"|过热|发热|发烫|超温|温度(?:过|偏|太)?高",
        r"hot|o/?heat|temp alarm|烫|温度报警",
        "overheating overheated",
    ),
    _mode(
        "NOI",
        "noise",
        "异响",
        r"nois\w*|rattl\w*|knock\w*|squeal\w*|grinding|噪音|噪声|异响|异音|异常声音",
        r"whin\w*|响声",
    ),
    _mode(
        "PLU",
        "blockage",
        "堵塞",
        r"block(?:ed|ages?|ing)|clog\w*|plug(?:ged|ging|s)?|chok\w*|foul\w*|堵塞|阻塞|堵|结垢|结晶",
        r"blkd|high dp|dp high|high press drop|压差高",
        "blocked clogged plugged blockage fouled",
    ),
    _mode(
        "IHT",
        "insufficient heat transfer",
        "换热不足",
        r"heat transfer|(?:not|can'?t|cannot|never) reach\w* (?:its )?temp\w*|换热不足|换热效果|传热",
        r"outlet temp low|温度上不去",
    ),
    _mode(
        "FTS",
        "failure to start",
        "无法启动",
        r"(?:fail\w*|not|won'?t|doesn'?t|didn'?t) (?:to )?start\w*|无法启动|启动失败|启动不了|不启动|启不动",
        r"no start",
    ),
    _mode(
        "UST SPO",
        "unexpected stop",
        "意外停机",
        r"trip(?:s|ped|ping)?|unexpected(?:ly)? stop\w*|spurious\w*|跳闸|跳停|跳车|意外停机|误动作",
        r"stopped|过载",
    ),
    _mode(
        "LOO NOO",
        "low or no output",
        "输出不足",
        r"(?:low|no|insufficient) (?:flow|output|pressure|head|delivery)|under-?dos\w*|loss of prime"
        r"|流量(?:偏低|低|不足)|不出液|输出偏低|压力(?:偏)?低|扬程低|加药量不足|打不上量|打不出",
        r"lo flow|not pumping|low disch\w*",
    ),
    _mode(
        "ERO",
        "erratic output",
        "输出不稳",
        r"erratic|unstable|fluctuat\w*|hunting|波动|不稳定?",
        r"swing\w*|spik\w*|跳变",
    ),
    _mode(
        "AIR NOO",
        "instrument fault",
        "仪表故障",
        r"(?:instrument|transmitter|sensor|indicat\w*|gauge)s? (?:fault|failure|error|drift)\w*|drift\w*"
        r"|(?:abnormal|wrong|false|frozen) (?:instrument )?readings?|仪表故障|读数异常|漂移|失准|指示不准",
        r"reads? \w+|不准",
    ),
    _mode(
        "BRD",
        "breakdown",
        "损坏",
        r"break-?downs?|broken?|seiz\w*|fractur\w*|损坏|断裂|卡死|抱死",
        r"bkn|bust\w*|snapped|坏",
    ),
    _mode(
        "STD", "structural damage", "结构损坏", r"crack\w*|corro\w*|wear|worn|eroded|erosion|裂纹|开裂|腐蚀|磨损|冲蚀"
    ),
    _mode("PDE", "parameter deviation", "参数偏差", r"deviat\w*|out of (?:range|tolerance)|偏差|超差"),
    _mode(
        "FTF FTO FTC FTR",
        "failure to operate",
        "动作失灵",
        r"stuck|stick(?:s|ing)|jam\w*|fail\w* to (?:open|close|regulate)|卡涩|卡住|打不开|关不上|关不严|失灵",
    ),
    _mode("LCP INL", "internal leakage", "内漏", r"internal leak\w*|pass(?:es|ing)|内漏|倒流", r"passes"),
    _part(
        "seal",
        "密封",
        r"(?:mech\w*\.? )?(?<!oil )(?:seals?|sealing)|机械密封|机封|密封(?!垫)",
        r"m/?seal|mech s|轴封|动环|静环",
    ),
    _part("oil seal", "油封", r"oil seals?|油封"),
    _part("packing", "填料", r"packings?|glands?|盘根|填料", r"repacked"),
    _part("bearing", "轴承", r"bearings?|轴承(?!箱)", r"brgs?|轴瓦", "bearing bearings"),
    _part("coupling", "联轴器", r"couplings?|spiders?|联轴器|弹性块", r"cplg|对轮", "coupling"),
    _part("impeller", "叶轮", r"impellers?|叶轮", r"impllr", "impeller"),
    _part("wear ring", "口环", r"wear rings?|口环"),
    _part("strainer", "过滤器", r"strainers?|filters?|screens?|过滤器|滤网|滤芯", r"strnr|fltr", "strainer"),
    _part("gasket", "垫片", r"gaskets?|垫片|垫圈|密封垫", r"gskts?|washers?", "gasket gaskets"),
    _part("O-ring", "O型圈", r"o-?rings?|o ?型圈"),
    _part("diaphragm", "隔膜", r"diaphragms?|membranes?|隔膜|膜片", r"diaph", "diaphragm"),
    _part("motor", "电机", r"motors?|电机|马达|电动机", r"mtr"),
    _part("oil", "润滑油", r"oil(?! seal)|grease|lub(?:e|ric\w*)|润滑|机油|齿轮油|油脂|油(?!封)", r"oiler"),
    _part("plates", "板片", r"plates|plate pack|板片|板束"),
    _part("transmitter", "变送器", r"transmitters?|sensors?|probes?|变送器|传感器|探头|热电阻", r"xmtr|tx"),
    _action(
        "replacement",
        "更换",
        r"replac\w*|renew\w*|chang(?:e|es|ed|ing)|swapped|更换|替换|(?<!交)换(?!热)",
        r"repl(?:'?d|cd)?|rplc?d?|rplcd|chgd?|c/o|new|fitted",
        "replaced replacement replcd changed renewed",
    ),
    _action(
        "cleaning",
        "清洗",
        r"clean\w*|flush\w*|descal\w*|清洗|清理|冲洗|除垢",
        r"clnd|cip|back ?flush\w*|洗|清",
        "cleaned cleaning",
    ),
    _action("alignment", "对中", r"re-?align\w*|align\w*|对中|找正", r"algn", "alignment"),
    _action(
        "calibration",
        "校准",
        r"re-?calibrat\w*|calibrat\w*|校准|校验|标定",
        r"calib|re-?cal|cal'?d?",
        "calibrated calibration",
    ),
    _types(
        "corrective",
        "failures",
        "故障",
        r"fail(?:s|ed|ures?|ing)?|faults?|defects?|problems?|troubles?|故障|失效|毛病|出过?问题",
    ),
    _types(
        "corrective",
        "repairs",
        "维修",
        r"repair(?:s|ed|ing)?(?! (?:history|log|record)\w*)|corrective|fix(?:ed|es)"
        r"|维修(?!记录|历史|日志)|修理|抢修|修过",
    ),
    _types("preventive", "preventive maintenance", "预防性维护", r"preventive|pms?|planned maintenance|预防性|保养"),
    _types("inspection", "inspections", "检查", r"inspections?|巡检|点检"),
    _types("inspection preventive", "checks", "检查", r"inspected|checked|checks|measured|检查过?|测振|测量"),
)


def mode_name(code: str, language: Language) -> str:
    """A failure mode's name with its code: ``vibration (VIB)``; the code alone where it isn't known."""
    names = MODES.get(code.upper())
    return f"{names[language == 'zh']} ({code})" if names else code


# What questions to any maintenance log are made of: they name no failure, and no order need say them.
FAILS = r"\bbreaks? down\b|\bbreaking down\b|\bmalfunction\w*|坏[了过]"  # another way to say "fails"
LOG_PHRASES = (
    r"\b(?:orders?|jobs?|tickets?)(?: \w+){0,4}? (?:opened|raised|closed)\b|\bhow (?:much|long|often|many)\b"
    r"|\bsince [^,?]*\b(?:installed|commissioned)\b|\b(?:at|in) all\b|\bcarried out\b|\btook place\b|\bso far\b"
    r"|\d+\s*(?:st|nd|rd|th)\b|\d+\s*个?[年月日号天周次张条回]|工单|维护日志|维修|检修|抢修|修理|修[过了]|故障|记录"
    r"|历史|日志|今年|去年|前年|本月|上个?月|这个?月|本周|上个?周|这个?周|昨天|今天|最近|过去|以[前来后]|之[前后]|至今"
    r"|截至|截止|为止|期间|多少|几[次张条个回]|哪[些个张台]|什么时候|何时|上一?次|最后一?次|列出|显示|查询|发生|出现|做过"
)
LOG_WORDS = (
    "january february march april may june july august september october november december jan feb mar apr jun jul "
    "aug sep sept oct nov dec today yesterday monday tuesday wednesday thursday friday saturday sunday week month year "
    "daily weekly monthly date time past last latest recent recently newest first previous ago before after until "
    "till end beginning early late mid already ever yet times often frequently who why how many much "
    "work order job ticket task case event incident entry record log book logbook maintenance history list show tell "
    "give find look report summary summarise summarize overview detail number count total altogether overall sum "
    "repair repaired fix fail failed failure fault faulty defect defective problem trouble issue damage broken "
    "corrective preventive planned scheduled inspection check cause reason kind type common frequent most top main "
    "happen occur perform undergo undergone experience suffer need require receive raise create issue file register "
    "catch caught carry carried equipment asset machine unit device plant site system thing cost hours price duration "
    "any every each all there ok exist since happened happening mention mentioned say said spent spend record recorded "
    "logged listed concern concerning related regarding involve involving due because wanted needed total totals "
    "didn't haven't hasn't wasn't doesn't don't isn't weren't "
    "维护 保养 检查 次数 数量 总数 时间 原因 问题 类型 费用 工时 最多 最常见 目前 现在 至 共 共有 总 曾 曾经 "
    "已经 一共 总共 总计 合计 统计 设备 机器 截止到 直到 自 自从 起 开始 前 后 底 初 份 来 回 张 条 个 台 号 "
    "第 上半年 下半年 季度 年度 重新 提到 提及 有没有 是不是 有无 查 查一下 看 看看 帮 帮我 所有 全部 每 每次 "
    "各 怎么样 怎样 多久 谁 哪年 哪天 哪月 哪次 几 几月 几号 干 做"
)
