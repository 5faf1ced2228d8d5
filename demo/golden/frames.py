"""Frames of questions by the shape of what is asked. ``{x}`` is the equipment, ``{what}`` the fact's name.

None repeats a sentence of the manuals; tests hold that no frame takes more than its share.
"""

FRAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "value": {
        "en": (
            "What is the {what} of {x}?", "{x} {what}?", "I have to fill in a form: {what} of {x}, please.",
            "Does the documentation state the {what} for {x}, and how much is it?", "Looking for the {what} of {x}.",
            "Which {what} does {x} have?", "{x}: what figure is stated as the {what}?",
            "Can you look up the {what} for {x}?",
        ),
        "zh": (
            "{x}的{what}是多少？", "{x}{what}", "请查一下{x}的{what}。", "{x}，{what}写的是多少？", "资料里{x}的{what}给的是多少",
            "我要填表，{x}的{what}是几？", "{x}这台设备{what}多大？", "想知道{x}的{what}",
        ),
    },
    "torque": {
        "en": (
            "Torque for the {what} on {x}?", "How tight do I pull the {what} of {x}?",
            "What do I set the torque wrench to for the {what}, {x}?",
            "I'm putting {x} back together. How many newton metres on the {what}?",
            "{x} {what} Nm?", "Tightening value for {what} of {x}, please.",
            "Something came loose on {x}. To what torque do I redo the {what}?",
        ),
        "zh": (
            "{x}的{what}要上多大力矩？", "{x}{what}扭矩多少", "装{x}的{what}，力矩扳手调到多少牛米？", "{x}的{what}松了，应该紧到多少？",
            "{what}的紧固力矩，{x}", "给{x}上{what}，用多大的劲（N·m）？", "{x}回装，{what}拧到多少Nm？",
        ),
    },
    "spare": {
        "en": (
            "Part number of the {what} for {x}?", "I need to order a {what} for {x}. What number goes on the requisition?",
            "Which spare do I ask the store for: {what}, {x}?", "{x} {what} part no.",
            "What's the order code of a new {what} for {x}?", "Stores want the number of the {what} that fits {x}.",
            "{what} for {x} - spare number please",
        ),
        "zh": (
            "{x}的{what}备件号是什么？", "要订{x}的{what}，料号多少？", "领{x}{what}，写哪个备件编号？", "{x}{what}的订货号",
            "采购问{x}的{what}编号，是哪个？", "{what}（{x}）件号", "给{x}买新的{what}，报哪个号？",
        ),
    },
    "interval": {
        "en": (
            "How often is {what} due on {x}?", "After how long does {x} need {what}?", "Interval for {what}, {x}?",
            "When is {what} due again on {x}, counted from the last time?", "Every how many hours or months: {what} on {x}?",
            "I'm making the service plan. What period for {what} of {x}?", "{x} - {what}, how long may it wait?",
        ),
        "zh": (
            "{x}多久要{what}一次？", "{x}的{what}周期是多长？", "排保养计划，{x}{what}隔多长时间？", "{x}运行多长时间后该{what}？",
            "{x}{what}几个小时/几个月一次", "{what}间隔多少？设备是{x}", "{x}上次{what}之后，最迟多久再做？",
        ),
    },
    "alarm": {
        "en": (
            "At what {what} does the alarm of {x} come?", "What is {x}'s alarm limit for {what}?",
            "Alarm setting of the {what}, {x}?", "{x}: when does it start to complain about {what}?",
            "From which {what} on must the operator of {x} act?", "{x}, {what}: alarm set at?",
            "Which {what} raises an alarm on {x} according to the documents?",
        ),
        "zh": (
            "{x}的{what}到多少报警？", "{x}{what}报警值", "{x}的{what}报警设定是多少？", "资料规定{x}{what}的报警点在哪？",
            "{x}{what}达到多少时操作工要处理？", "按规定，{x}的{what}多少算报警？", "{x}：{what}的报警限值写的多少",
        ),
    },
    "trip": {
        "en": (
            "At what {what} does {x} trip?", "Trip setting of the {what}, {x}?", "{x}: at which {what} do we have to stop it?",
            "What is the shutdown limit for {what} on {x}?", "How far may the {what} go before {x} has to be shut down?",
            "{x} {what} high-high value?", "By the book, when is {x} taken off for {what}?",
        ),
        "zh": (
            "{x}的{what}到多少要停机？", "{x}{what}联锁值", "{x}的{what}跳车值是多少？", "{what}多少时必须把{x}停下来？",
            "{x}{what}高高限设在多少？", "资料上{x}因{what}停机的限值是多少？", "{x}：{what}联锁停泵的设定",
        ),
    },
    "trouble": {
        "en": (
            "{x}: {what}. Where do I start looking?", "{what} on {x}, what could be behind it?",
            "We've got {what} at {x}. Possible reasons and fixes?", "What makes {x} show {what}, and what helps?",
            "{x} gives us {what} since this morning. What should I check?", "Fault finding {x}: {what}",
            "Why would there be {what} on {x}?",
        ),
        "zh": (
            "{x}{what}，先查什么？", "{x}出现{what}，可能是哪些原因？", "{x}{what}怎么处理？", "{what}，{x}，手册怎么说",
            "早上起{x}{what}，有什么办法？", "{x}老是{what}，毛病可能在哪？", "遇到{x}{what}，原因和对策？",
        ),
    },
}
