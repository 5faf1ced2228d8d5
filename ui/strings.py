"""Every text of the UI in both languages: key -> (English, Chinese). Answers keep the question's own language."""

from typing import Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LANGUAGE_NAMES = {"en": "English", "zh": "中文"}

TEXTS: dict[str, tuple[str, str]] = {
    # Frame
    "tagline": (
        "Answers from the plant's own documents and readings, with proof",
        "依据本厂文件与实时数据作答，每句话都有出处",
    ),
    "page_chat": ("Ask", "提问"),
    "page_documents": ("Documents", "文件"),
    "page_live": ("Live readings", "实时数据"),
    "language": ("Language", "语言"),
    "new_conversation": ("New conversation", "新对话"),
    "open": ("Open", "打开"),
    # Service
    "service": ("Service", "服务状态"),
    "service_ready": ("Ready", "就绪"),
    "service_starting": ("Not ready yet", "尚未就绪"),
    "service_down": (
        "The service at {url} does not answer. Start it, or set PLANTWRIGHT_API_URL.",
        "服务 {url} 没有响应。请启动服务，或设置 PLANTWRIGHT_API_URL。",
    ),
    "part_ok": ("ok", "正常"),
    "part_not": ("not ready", "未就绪"),
    "part_index": ("index", "索引"),
    "part_documents": ("documents", "文件"),
    "part_search": ("search", "检索"),
    "part_store": ("vector store", "向量库"),
    "part_model": ("model", "模型"),
    "part_llm": ("model", "模型"),
    "part_plant": ("plant", "现场数据"),
    # Chat
    "ask_placeholder": ("Ask about equipment, a procedure, a reading, past work …", "询问设备、步骤、读数、检修记录……"),
    "welcome": ("What do you need to know?", "您想了解什么？"),
    "welcome_hint": (
        "Name the equipment by its tag. Every sentence of the answer opens its source.",
        "请用位号说明设备。回答中的每句话都可以打开出处。",
    ),
    "examples": ("For example", "示例"),
    "example_1": ("Which alarms are active now?", "现在有哪些报警？"),
    "example_2": ("What are the steps to change the pump's oil?", "泵更换润滑油的步骤是什么？"),
    "example_3": ("Which failures came back most often in the last year?", "过去一年哪些故障反复出现？"),
    "example_4": ("What must be closed to isolate the running feed pump?", "隔离运行中的进料泵需要关闭哪些阀门？"),
    "you": ("Your question", "您的问题"),
    "stop": ("Stop", "停止"),
    "stopped": ("Stopped. What was written until then stays.", "已停止。已写出的内容保留。"),
    "ask_again": ("Ask again", "重新提问"),
    "stage_": ("Starting …", "正在开始……"),
    "stage_resolve": ("Finding the equipment …", "正在识别设备……"),
    "stage_gather": ("Reading documents and live values …", "正在查阅文件和实时数据……"),
    "stage_judge": ("Weighing the evidence …", "正在判断依据是否充分……"),
    "stage_queued": ("Waiting for the model: place {position}", "等待模型：第 {position} 位"),
    "stage_phrase": ("Writing …", "正在撰写……"),
    "stage_verify": ("Checking every sentence …", "正在逐句核对……"),
    "preview": ("From the documents, word for word, while the answer is being written", "以下为文件原文，回答正在撰写"),
    # Answer
    "readings": ("Live readings", "实时读数"),
    "abstained": ("The documents and readings do not answer this.", "现有文件和数据无法回答该问题。"),
    "nearest": ("Nearest passages", "最接近的内容"),
    "refused": ("This question is not answered here.", "此处不回答该问题。"),
    "clarify": ("Which one do you mean?", "您指的是哪一个？"),
    "sources": ("Sources", "来源"),
    "more_sources": ("Other evidence that was found ({count})", "其他检索到的依据（{count}）"),
    "revision": ("rev. {revision}", "版本 {revision}"),
    "page": ("page {page}", "第 {page} 页"),
    "row": ("row {row}", "第 {row} 行"),
    "on_sheet": ("{item} on the P&ID", "P&ID 图上的 {item}"),
    "model": ("Model: {model}", "模型：{model}"),
    "mode_generated": ("Phrased by the model, checked sentence by sentence", "由模型撰写，已逐句核对"),
    "mode_extractive": ("Word for word from the documents", "文件原文"),
    "mode_readings_only": ("Readings only", "仅实时数据"),
    "dropped": ("{count} unsupported sentence(s) left out", "已略去 {count} 句无依据的话"),
    "seconds": ("{seconds} s", "{seconds} 秒"),
    # Readings
    "age": ("{age} old", "{age}前"),
    "age_s": ("{n} s", "{n} 秒"),
    "age_min": ("{n} min", "{n} 分钟"),
    "age_h": ("{n} h", "{n} 小时"),
    "age_d": ("{n} d", "{n} 天"),
    "simulated": ("simulated", "模拟"),
    "quality_good": ("good quality", "质量良好"),
    "quality_uncertain": ("uncertain quality", "质量可疑"),
    "quality_bad": ("bad quality", "质量坏"),
    "state_normal": ("normal", "正常"),
    "state_high": ("high", "高"),
    "state_high_high": ("high high", "高高"),
    "state_low": ("low", "低"),
    "state_low_low": ("low low", "低低"),
    "state_unknown": ("no limits", "无限值"),
    "state_not_known": ("not known", "未知"),
    "no_value": ("no value", "无数值"),
    "low": ("low", "低限"),
    "high": ("high", "高限"),
    # Results
    "isolation": ("To isolate {target}", "隔离 {target}"),
    "close_these": ("Close and lock", "关闭并上锁"),
    "drains": ("Drain and vent", "排净与放空"),
    "open_ends": ("Open ends", "开口端"),
    "passed": ("Do not count as isolation", "不能作为隔离点"),
    "not_isolable": ("Cannot be isolated", "无法隔离"),
    "valve": ("Valve", "阀门"),
    "line": ("Line", "管线"),
    "service_of_line": ("Service", "用途"),
    "normally": ("Normally", "常态"),
    "normally_open": ("open", "开"),
    "normally_closed": ("closed", "关"),
    "disclaimer": (
        "Derived from the drawing. Walk the line and follow your site's lockout procedure before work.",
        "由图纸推导得出。作业前须现场核对管线，并执行本厂上锁挂牌程序。",
    ),
    "result_path": ("Path", "路径"),
    "result_upstream": ("Upstream", "上游"),
    "result_downstream": ("Downstream", "下游"),
    "result_neighbours": ("Connected to", "相连"),
    "direction": ("Side", "方位"),
    "direction_upstream": ("upstream", "上游"),
    "direction_downstream": ("downstream", "下游"),
    "direction_either": ("either way", "双向"),
    "direction_beside": ("same branch", "同一支管"),
    "direction_signal": ("signal", "信号"),
    "table": ("Table", "表格"),
    "result": ("Result", "结果"),
    # Notices
    "notice_safety": ("Safety", "安全"),
    "notice_revision_conflict": ("Revisions disagree", "版本不一致"),
    "notice_stale_reading": ("Old reading", "读数过旧"),
    "notice_bad_quality": ("Bad quality", "质量不良"),
    "notice_outside_limits": ("Outside limits", "超出限值"),
    "notice_simulated_data": ("Simulated data", "模拟数据"),
    "notice_ambiguous_tag": ("Ambiguous tag", "位号不明确"),
    "notice_degraded": ("Limited answer", "回答受限"),
    "notice_translation_unchecked": ("Translation not checked", "译文未核对"),
    # Evidence
    "evidence": ("Evidence", "依据"),
    "previous_page": ("Previous page", "上一页"),
    "next_page": ("Next page", "下一页"),
    "cited_place": ("Back to the marked place", "回到标记处"),
    "field": ("Field", "字段"),
    "value": ("Value", "内容"),
    "no_picture": (
        "This is a table: its rows open from the answers that cite them.",
        "该文件是表格：引用它的回答可以打开相应的行。",
    ),
    # Documents and live
    "no_documents": (
        "No documents yet: add some with `python -m ingestion PATH`.",
        "还没有文件：请用 `python -m ingestion PATH` 导入。",
    ),
    "kind_manual": ("Manual", "手册"),
    "kind_worklog": ("Maintenance log", "检修记录"),
    "kind_pid": ("P&ID", "P&ID 图"),
    "kind_register": ("Asset register", "设备台账"),
    "pages": ("{count} pages", "{count} 页"),
    "filter": ("Filter by tag, description or equipment", "按位号、描述或设备筛选"),
    "only_outside": ("Only outside limits", "仅显示超限"),
    "no_tags": ("No live tags: no plant is connected.", "没有实时位号：未连接现场数据。"),
    "none_match": ("No tag matches.", "没有匹配的位号。"),
    "tag": ("Tag", "位号"),
    "description": ("Description", "描述"),
    "state": ("State", "状态"),
    "quality": ("Quality", "质量"),
    "time": ("Time", "时间"),
    "limits": ("Limits", "限值"),
    "updated": ("Updated {time}", "更新于 {time}"),
}


def text(language: Language, key: str, **values: object) -> str:
    """The text of a key, its ``{names}`` filled in. Raises ``KeyError`` for a key that nobody wrote."""
    return TEXTS[key][LANGUAGES.index(language)].format(**values)


def known(language: Language, prefix: str, name: str) -> str:
    """The text of a word that the service sent (a state, a kind); the word itself where it is new to the UI."""
    key = f"{prefix}_{name}"
    return text(language, key) if key in TEXTS else name.replace("_", " ")
