"""What code itself says to people, in both languages."""

from retrieval.models import Language

_TEXTS: dict[str, dict[Language, str]] = {
    "which": {"en": "Which one do you mean: {options}?", "zh": "您指的是哪一个：{options}？"},
    "abstain": {
        "en": "The documents, records and live data at hand do not answer this. Nothing in them covers: {missing}. "
        "The nearest passages are listed.",
        "zh": "现有的文档、记录和实时数据没有回答这个问题，其中没有涉及：{missing}。下面列出最接近的段落。",
    },
    "abstain_plain": {
        "en": "The documents, records and live data at hand do not answer this. The nearest passages are listed.",
        "zh": "现有的文档、记录和实时数据没有回答这个问题。下面列出最接近的段落。",
    },
    "not_looked_up": {
        "en": "This could not be looked up: {what}. Nothing is said about what the documents hold; ask again later.",
        "zh": "未能完成查询：{what}。因此无法判断资料中是否有答案，请稍后再问。",
    },
    "unknown_tag": {
        "en": "{missing} stands in no register, drawing or document at hand. Check the tag.",
        "zh": "在现有的设备台账、图纸和文档中找不到 {missing}，请核对位号。",
    },
    "ambiguous": {
        "en": "{spelling} may mean {options}; the answer holds for each of them.",
        "zh": "{spelling} 可能指 {options}；以下内容对它们都适用。",
    },
    "simulated": {"en": "Live values come from a simulated plant.", "zh": "实时数据来自仿真装置。"},
    "stale": {"en": "{tag}: the reading is {age} s old.", "zh": "{tag}：该读数已是 {age} 秒之前的。"},
    "bad_quality": {
        "en": "{tag}: quality is {quality}; do not rely on this reading.",
        "zh": "{tag}：数据质量为{quality}，请勿依赖该读数。",
    },
    "outside": {
        "en": "{tag} is at {value} {unit}, {side} its {which} limit of {limit} {unit}.",
        "zh": "{tag} 为 {value} {unit}，{side}{which}限值 {limit} {unit}。",
    },
    "no_model": {
        "en": "No language model answered; this is the evidence in its own words.",
        "zh": "语言模型没有应答；以下为资料原文。",
    },
    "nothing_verified": {
        "en": "Nothing that the model wrote could be verified; this is the evidence in its own words.",
        "zh": "模型所写的内容均未通过核对；以下为资料原文。",
    },
    "part_failed": {"en": "Part of the answer is missing: {what}", "zh": "部分内容缺失：{what}"},
    "translated": {
        "en": "Said in English from a Chinese source: tags, numbers and units were checked, the wording was not. "
        "See the quote.",
        "zh": "内容译自英文资料：位号、数字和单位已核对，措辞未核对，请以原文为准。",
    },
}
_ZH = {"bad": "坏", "uncertain": "不确定"}


def say(key: str, language: Language, **values: object) -> str:
    shown = {name: _ZH.get(str(value), value) if language == "zh" else value for name, value in values.items()}
    return _TEXTS[key][language].format(**shown)
