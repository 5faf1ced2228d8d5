"""Wordings of the judge cases: refusals, additions that nothing supports, questions that the manuals leave open."""

REFUSALS: dict[str, tuple[str, ...]] = {
    "en": (
        "The documents, records and live data at hand do not answer this. The nearest passages are listed.",
        "I could not find this in the manuals.",
        "This is not stated in the documents.",
        "The manual gives no information on this.",
        "The evidence at hand does not say.",
        "Sorry, the documentation doesn't cover that.",
    ),
    "zh": (
        "现有的文档、记录和实时数据没有回答这个问题。下面列出最接近的段落。",
        "手册中没有给出这项内容。",
        "资料未提及这一点。",
        "根据现有文档无法回答该问题。",
        "文档里查不到相关信息。",
        "抱歉，现有资料没有说明。",
    ),
}

ADDITIONS: dict[str, tuple[str, ...]] = {
    "en": (
        "The supplier must be told beforehand.",
        "Wear hearing protection while doing so.",
        "A second mechanic has to countersign the work.",
        "Otherwise the warranty lapses.",
        "The value was lowered after the last audit.",
        "Leave the unit switched off for 45 minutes afterwards.",
        "A tolerance of 7 % is allowed.",
        "Record it in the shift log within 2 hours.",
        "Only brass tools may be used.",
        "In winter, reduce it by a tenth.",
        "The heat exchanger needs the same treatment.",
        "The laboratory takes a sample each time.",
    ),
    "zh": (
        "事先必须通知供应商。",
        "操作时应佩戴耳塞。",
        "须由第二名机修工签字确认。",
        "否则保修失效。",
        "该数值在上次审核后已下调。",
        "之后设备须停用 45 分钟。",
        "允许有 7 % 的偏差。",
        "须在 2 小时内记入交接班日志。",
        "只能使用铜制工具。",
        "冬季应减少十分之一。",
        "换热器也要作同样处理。",
        "每次都由化验室取样。",
    ),
}

# By the unit as the answer words it.
WRONG_UNITS: dict[str, tuple[str, ...]] = {
    "°C": ("°F", "K"),
    "L": ("mL", "kg"),
    "h": ("min", "days"),
    "小时": ("分钟", "天"),
    "min": ("h", "s"),
    "分钟": ("小时", "秒"),
    "s": ("min", "h"),
    "秒": ("分钟", "小时"),
    "mm": ("cm", "µm"),
    "mm/s": ("m/s", "mm"),
    "mL/h": ("L/h", "mL/min"),
    "Nm": ("bar", "N"),
    "m": ("mm", "bar"),
    "bar": ("kPa", "MPa"),
    "%": ("L/h", "°C"),
}

UNANSWERED: tuple[dict[str, str], ...] = (
    {"id": "price", "en": "What does a new {t} cost?", "zh": "新买一台 {t} 要多少钱？"},
    {"id": "warranty", "en": "How long is the warranty on {t}?", "zh": "{t} 的保修期是多久？"},
    {"id": "sound", "en": "How loud is {t} in dB(A)?", "zh": "{t} 的噪声是多少分贝？"},
    {"id": "colour", "en": "Which colour is {t} painted?", "zh": "{t} 刷的是什么颜色的漆？"},
    {"id": "delivery", "en": "How many weeks does delivery of a spare rotor for {t} take?", "zh": "{t} 的备用转子交货期几周？"},
    {"id": "atex", "en": "Which ATEX temperature class has {t}?", "zh": "{t} 的防爆温度组别是什么？"},
    {"id": "ip", "en": "What is the IP protection class of the motor of {t}?", "zh": "{t} 电机的防护等级是 IP 多少？"},
    {"id": "phone", "en": "What is the phone number of the service centre for {t}?", "zh": "{t} 售后服务电话是多少？"},
    {"id": "inertia", "en": "What is the moment of inertia of the rotor of {t}?", "zh": "{t} 转子的转动惯量是多少？"},
    {"id": "life", "en": "What is the mean time between failures of {t}?", "zh": "{t} 的平均无故障时间是多少？"},
    {"id": "thickness", "en": "How thick is the wall of the casing of {t}?", "zh": "{t} 泵壳的壁厚是多少？"},
    {"id": "firmware", "en": "Which firmware runs in the drive of {t}?", "zh": "{t} 的变频器用的是哪个固件版本？"},
)
