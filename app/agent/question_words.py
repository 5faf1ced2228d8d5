"""The words by which a question shows its kind, in English and Chinese: one alternative a line."""

import re


def _any(english: str, chinese: str) -> re.Pattern[str]:
    """English alternatives stand as whole words, Chinese ones anywhere; one a line, in regular expression syntax."""
    words = "|".join(line.strip() for line in english.strip().splitlines())
    signs = "|".join(chinese.split())
    return re.compile(rf"\b(?:{words})\b|{signs}", re.IGNORECASE)


NOW = _any(
    """now
    currently
    at (?:the moment|present)
    live
    readings?
    reads?
    presently
    today
    the current (?:temperature|pressure|level|flow|speed|vibration|value|reading)
    what (?:is|are) .{0,60}\\b(?:running|doing) at""",
    "现在 当前 目前 实时 读数 此刻 正在",
)
JUDGED = _any(
    """within
    exceed\\w*
    above
    below
    over
    outside
    too (?:hot|high|low)
    normal
    ok(?:ay)?
    all right
    in alarm
    alarming""",
    "超限 超过 超出 正常吗 是否正常 偏高 偏低 报警吗 在报警 过高 过低 有没有报警",
)
STATED = _any(
    """limit(?:s|ing)?
    max(?:imum)?
    min(?:imum)?
    rated
    nominal
    design
    recommended
    permi(?:tted|ssible)
    allow(?:ed|able)
    should
    set ?point
    set pressure
    specifi(?:ed|cation)
    according to
    manual
    interval
    range
    trip
    how often
    procedure
    torque
    tighten\\w*
    capacity
    alarm (?:value|setting|point)s?
    holds?""",
    "限值 最大 最高 最低 最小 额定 允许 推荐 设定 规定 手册 说明书 多久 间隔 周期 范围 跳车值 "
    "报警值 报警点 联锁值 整定 设计 扭矩 应该?为 换(?:一次)?油 更换",
)
COUNT = _any(
    """how (?:many|often) (?:times|work orders|orders|failures|leaks|repairs|jobs)
    how (?:many|often) .{0,60}\\b(?:orders|failures|times|repairs|leaks|jobs|fail|leak|failed|leaked|replaced|repaired)
    number of (?:times|failures|orders|work orders|repairs|leaks)
    count""",
    "几次 多少次 多少张?工单 多少条 次数",
)
LAST = _any(
    """last (?:time|repair|work order|order|job|maintenance|leak|failure|replace\\w*|inspection)
    when (?:was|did|were) .{0,80}\\blast
    was last
    latest
    most recent\\w*
    previous (?:repair|work order|job)""",
    "上次 最近一次 最后一次 上一次 最近的",
)
TOP = _any(
    """(?:most (?:common|frequent)|top|recurring|main) (?:\\w+ )?(?:failure|fault|problem|defect)s?
    fails? most""",
    "最常见 最频繁 最多的(?:故障|失效) 主要故障",
)
HISTORY = _any(
    """work orders?
    maintenance (?:log|history|records?)
    repair history
    history of
    was done""",
    "工单 维修记录 检修记录 维修历史 维护记录 历史",
)
ISOLATE = _any(
    """isolat\\w*
    (?:lock|block)(?:ed)? (?:out|off|in)
    loto
    (?:what|which).{0,40}\\b(?:close|closed|shut)""",
    "隔离 (?:关闭|关)(?:哪些|什么|哪几) (?:哪些|什么|哪几)(?:个)?(?:阀门|阀).{0,8}关 切断",
)
UPSTREAM = _any("upstream\nfeeds\nwhat .{0,30}comes? before", "上游")
DOWNSTREAM = _any("downstream\nwhere does .{0,60}\\b(?:flow|go|discharge|pump)", "下游 流向 去往")
PATH = _any("path\nroute\nbetween\\b.{0,60}\\band", "路径 流程路线 之间")
NEXT_TO = _any("connected\nbypass\\b.{0,30}\\bwhere\nwhere\\b.{0,40}\\b(?:valve|connection)", "连接 相连 在哪")
PRONOUN = _any("its?\nthis pump\nthat pump\nthe pump\nthe same", "它 该泵 这台泵 该设备 这台")
BOTH = _any("both\neach", "两台 各台")
INTERVAL = _any("how often (?:must|should|do|does|is|are)", "多久")
HOW = _any("^\\s*how (?:do|can|to|should|must)", "怎样 如何 怎么(?!样)")
CAUSE = _any(
    """why
    causes?
    what (?:should|can|do|must) (?:i|we)
    how (?:do|can|to|should|must)
    remedy
    troubleshoot\\w*""",
    "为什么 原因 怎么办 如何 怎么处理 怎样 怎么",
)
PROCEDURE = _any(
    """how (?:do|can|to|should|must) (?:i|we|you|one)?
    procedure
    steps
    instructions? for""",
    "怎样 如何 怎么(?!样|办|回事) 步骤 程序 流程 操作方法",
)
