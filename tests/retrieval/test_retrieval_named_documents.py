"""Documents that a question names, by number and by title, to those who may see them."""

from collections.abc import Iterator

import pytest

from retrieval.models import (
    Asset,
    Caller,
    Document,
    DocumentKind,
    Language,
    PageLocator,
    Passage,
    Region,
    SheetLocator,
    TextLocator,
    passage_id,
)
from retrieval.named_documents import Named, NamedDocuments
from retrieval.sql import epochs
from retrieval.sql.documents import Content, stage
from retrieval.sql.engine import Database
from retrieval.sql.front_matter import fronts, titled

LOCAL = Caller.local()
NIGHT = Caller(name="night", groups=frozenset({"operations"}), areas=frozenset({"site"}))
PAGE_1 = PageLocator(page=1, regions=(Region(x0=0, y0=0, x1=1, y1=1),))
PAGE_2 = PageLocator(page=2, regions=(Region(x0=0, y0=0, x1=1, y1=1),))
LINES = TextLocator(unit="line", first=1, last=2)

DOCUMENTS: dict[str, tuple[str, Language, tuple[str, ...]]] = {  # path: title, language, front matter
    "lube.pdf": (
        "Site standard: lubrication and vibration of pumps",
        "en",
        ("Site standard", "Document number QX-ST-412\nRevision B\nReplaces revision A"),
    ),
    "alarms.pdf": ("Alarm response sheet, unit 7", "en", ("Doc. no. QX-AL-55", "See also QX-ST-412.")),
    "loto_en.pdf": ("Lockout of agitators", "en", ("Document number: QX-OP-340-EN",)),
    "loto_zh.pdf": ("搅拌器隔离规程", "zh", ("文件编号 QX-OP-340-ZH修订版 F\n型号 RX-9000",)),
    "op_zh.pdf": ("操作规程", "zh", ("装置开车与停车",)),
    "op_en.pdf": ("Operating procedure", "en", ("How to run the unit.",)),
    "GBT 3215-2019.pdf": ("Technical rules for centrifugal pumps", "en", ("GB/T 3215-2019\nA standard.",)),
    "manual_DX20-7.pdf": ("Screw compressor manual", "en", ("Keep it dry.",)),
    "P-205 overhaul report.docx": ("Overhaul of P-205 in spring", "en", ("What was found.",)),
    "spare_parts_list.xlsx": ("spare parts list", "en", ("Part number | Quantity",)),
}


def make_document(path: str, title: str, language: Language = "en", **changes: object) -> Document:
    values: dict[str, object] = {
        "id": f"doc-{path}",
        "kind": "manual",
        "title": title,
        "path": f"documents/{path}",
        "sha256": "0" * 64,
        "language": language,
        "groups": ("plant",),
        "areas": ("site",),
    }
    return Document.model_validate(values | changes)


def make_passage(document: Document, position: int, text: str, **changes: object) -> Passage:
    values: dict[str, object] = {
        "id": passage_id(document.id, document.revision, position),
        "document_id": document.id,
        "parent_id": "section",
        "position": position,
        "kind": "text",
        "text": text,
        "locator": PAGE_1,
        "language": document.language,
        "groups": document.groups,
        "areas": document.areas,
    }
    return Passage.model_validate(values | changes)


def publish(db: Database, document: Document, *texts: str) -> int:
    epoch = epochs.reserve(db)
    passages = tuple(make_passage(document, number, text) for number, text in enumerate(texts))
    stage(db, epoch, Content(document, passages))
    epochs.publish(db, epoch)
    return epoch


def fill(db: Database) -> None:
    epoch = epochs.reserve(db)
    for path, (title, language, texts) in DOCUMENTS.items():
        document = make_document(path, title, language)
        passages = tuple(make_passage(document, number, text) for number, text in enumerate(texts))
        stage(db, epoch, Content(document, passages))
    assets = (Asset(tag="P-205", name="Slurry pump"), Asset(tag="C-300", name="Screw compressor", model="DX20-7"))
    register = make_document("assets.csv", "asset register", kind="register")
    stage(db, epoch, Content(register, assets=tuple(enumerate(assets, start=2))))
    epochs.publish(db, epoch)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A plant that no test changes."""
    database = Database.open(tmp_path_factory.mktemp("named") / "plantwright.sqlite")
    fill(database)
    yield database
    database.close()


@pytest.fixture
def plant(db: Database) -> Database:
    fill(db)
    return db


def ask(db: Database, question: str, language: Language = "en", caller: Caller = LOCAL) -> Named:
    return NamedDocuments().named(db, caller, question, language, epochs.current(db))


def paths(named: Named) -> list[str]:
    return [id.removeprefix("doc-") for id in named.ids]


@pytest.mark.parametrize(
    ("question", "named", "words"),
    [
        ("What does QX-ST-412 say about oil samples?", ["lube.pdf"], "What does say about oil samples?"),
        ("qx st 412: oil samples?", ["lube.pdf"], ": oil samples?"),
        ("QXST412 oil samples", ["lube.pdf"], "oil samples"),
        ("QX–ST–412 A版规定的报警值", ["lube.pdf"], "A版规定的报警值"),
        ("QX-ST-412A版的报警值", ["lube.pdf"], "A版的报警值"),
        ("ＱＸ－ＳＴ－４１２的报警值", ["lube.pdf"], "的报警值"),
        ("QX-AL-55 and QX-ST-412 on vibration", ["alarms.pdf", "lube.pdf"], "and on vibration"),
        ("QX-OP-340-ZH lock box", ["loto_zh.pdf"], "lock box"),
        ("GB/T 3215 seal chamber", ["GBT 3215-2019.pdf"], "seal chamber"),
        ("gb/t3215-2019 seal chamber", ["GBT 3215-2019.pdf"], "seal chamber"),
        ("QX-ST-412", ["lube.pdf"], "QX-ST-412"),
    ],
)
def test_a_number_names_its_document_in_every_spelling(
    standing: Database, question: str, named: list[str], words: str
) -> None:
    found = ask(standing, question)
    assert (paths(found), found.words) == (named, words)


def test_both_editions_of_a_number_are_named_the_readers_own_first(standing: Database) -> None:
    assert paths(ask(standing, "QX-OP-340 lock box")) == ["loto_en.pdf", "loto_zh.pdf"]
    assert paths(ask(standing, "QX-OP-340 锁箱", "zh")) == ["loto_zh.pdf", "loto_en.pdf"]


@pytest.mark.parametrize(
    "question",
    [
        "What did the overhaul of P-205 cost?",  # a tag of the register, though a title has it
        "How hot may the DX20-7 get?",  # a model of the register, though a file is called by it
        "How hot may the RX-9000 get?",  # a model that a cover states is no number of the document
        "QX-ST-41 or AQX-ST-412 or B-QX-ST-412 on oil",
        "Unit 7 pressure",
        "What is the vibration of the slurry pump?",
        "How does lubrication change the vibration of pumps?",
        "进料泵的振动是多少？",
        "How do I check the alarm?",
        "Which pressure does the pump noise standard allow?",
        "the boiler standard",
        "the manual valve",
        "压力表读数",
        "screw compressor oil",
    ],
)
def test_other_codes_and_equipment_name_nothing(standing: Database, question: str) -> None:
    assert ask(standing, question) == Named((), question)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What does the alarm response sheet say about low flow?", ["alarms.pdf"]),
        ("From which day on is the new pump lubrication standard in force?", ["lube.pdf"]),
        ("the standard for lubrication and vibration", ["lube.pdf"]),
        ("superseded issue of the site standard", ["lube.pdf"]),
        ("新版润滑和振动标准什么时候生效的", ["lube.pdf"]),
        ("现场标准规定多久取油样", ["lube.pdf"]),
        ("报警响应表里写了什么", ["alarms.pdf"]),
        ("按隔离规程怎么挂牌", ["loto_zh.pdf"]),
        ("spare parts list: minimum stock", ["spare_parts_list.xlsx"]),
        ("备件清单里有多少轴承", ["spare_parts_list.xlsx"]),
        ("《操作规程》第二步", ["op_zh.pdf"]),
        ("What do the technical rules for centrifugal pumps say about flanges?", ["GBT 3215-2019.pdf"]),
    ],
)
def test_a_title_is_named_in_either_language(standing: Database, question: str, named: list[str]) -> None:
    found = ask(standing, question, "en" if question.isascii() else "zh")
    assert paths(found)[:1] == named
    assert found.words == question


def test_both_editions_of_a_title_are_named(standing: Database) -> None:
    assert paths(ask(standing, "operating procedure, start-up")) == ["op_en.pdf", "op_zh.pdf"]
    assert paths(ask(standing, "操作规程规定的步骤", "zh")) == ["op_zh.pdf", "op_en.pdf"]


def test_what_many_are_called_names_none(plant: Database) -> None:
    for number in range(4):
        publish(plant, make_document(f"{number}.pdf", f"Alarm response sheet, unit {number}"), "Text.")
    assert ask(plant, "What does the alarm response sheet say?").ids == ()


def test_nobody_is_told_of_what_they_may_not_see(plant: Database) -> None:
    hidden = make_document("secret.pdf", "Turbine balancing standard", groups=("managers",))
    publish(plant, hidden, "Document number QX-ST-900")
    shown = make_document("open.pdf", "Boiler blowdown standard", groups=("operations",))
    publish(plant, shown, "Document number QX-ST-901")
    documents = NamedDocuments()
    epoch = epochs.current(plant)
    question = "QX-ST-900 and QX-ST-901, the turbine balancing standard and the boiler blowdown standard"
    assert paths(documents.named(plant, LOCAL, question, "en", epoch)) == ["secret.pdf", "open.pdf"]
    found = documents.named(plant, NIGHT, question, "en", epoch)
    assert paths(found) == ["open.pdf"]
    assert found.words.startswith("QX-ST-900 and ,")  # what isn't named isn't cut out either
    nobody = Caller(name="nobody")
    assert documents.named(plant, nobody, question, "en", epoch) == Named((), question)


def test_hidden_documents_stand_in_nobodys_way(db: Database) -> None:
    managers = ("managers",)
    publish(db, make_document("a.pdf", "Lock box rules", groups=managers), "Document number QX-OP-340")
    publish(db, make_document("b.pdf", "Lock box", groups=("operations",)), "Document number QX-OP-340-EN")
    publish(db, make_document("c.pdf", "Lubrication standard turbines", groups=managers), "Text.")
    publish(db, make_document("d.pdf", "Lubrication standard", groups=("operations",)), "Text.")
    documents, epoch = NamedDocuments(), epochs.current(db)
    for question, own in (("QX-OP-340: which lock box?", "b.pdf"), ("See the lubrication standard, please", "d.pdf")):
        assert paths(documents.named(db, NIGHT, question, "en", epoch)) == [own]


@pytest.mark.parametrize("title", ["SS316 pipe spec", "Gate valve DN80-PN16", "Shutdown report 2024-Q3"])
def test_grades_sizes_and_quarters_are_no_numbers(db: Database, title: str) -> None:
    publish(db, make_document("x.pdf", title), "Text.")
    for question in ("Which rod for SS316?", "gasket for a DN80-PN16 flange", "leaks in 2024-Q3"):
        assert ask(db, question) == Named((), question)


def test_a_passage_that_fewer_may_see_names_nothing(db: Database) -> None:
    document = make_document("open.pdf", "Boiler feed")
    restricted = make_passage(document, 0, "Document number QX-ST-77", groups=("managers",))
    epoch = epochs.reserve(db)
    stage(db, epoch, Content(document, (restricted, make_passage(document, 1, "Text."))))
    epochs.publish(db, epoch)
    assert [front.text for front in fronts(db, epoch, [document.id])[document.id]] == ["Text."]
    assert ask(db, "QX-ST-77").ids == ()


def test_the_catalogue_follows_the_epoch(plant: Database) -> None:
    documents = NamedDocuments()
    before = epochs.current(plant)
    assert paths(documents.named(plant, LOCAL, "QX-ST-412 oil", "en", before)) == ["lube.pdf"]
    renumbered = make_document("lube.pdf", "Lubrication", revision="C")
    after = publish(plant, renumbered, "Document number QX-ST-413")
    assert documents.named(plant, LOCAL, "QX-ST-412 oil", "en", after).ids == ()
    assert paths(documents.named(plant, LOCAL, "QX-ST-413 oil", "en", after)) == ["lube.pdf"]
    assert paths(documents.named(plant, LOCAL, "QX-ST-412 oil", "en", before)) == ["lube.pdf"]


def test_only_the_front_of_a_document_numbers_it(db: Database) -> None:
    document = make_document("a.pdf", "Boiler feed")
    passages = (
        make_passage(document, 0, "Boiler feed"),
        make_passage(document, 1, "Document number QX-ST-78", locator=PAGE_2),
        make_passage(document, 2, "文件编号 QX-ST-79", locator=LINES),
        make_passage(document, 3, "Document number QX-ST-80"),
    )
    sheet = make_document("b.xml", "Cooling water", kind="pid")
    place = SheetLocator(drawing_id="QX-PID-9", item="QX-PID-9", position=(0.5, 0.5))
    epoch = epochs.reserve(db)
    stage(db, epoch, Content(document, passages))
    stage(db, epoch, Content(sheet, (make_passage(sheet, 0, "Cooling water.", kind="sheet", locator=place),)))
    epochs.publish(db, epoch)
    assert ask(db, "QX-ST-78 or QX-ST-80").ids == ()
    assert paths(ask(db, "QX-ST-79 or qx pid 9")) == ["a.pdf", "b.xml"]


@pytest.mark.parametrize(("kind", "count"), [("worklog", 0), ("register", 0), ("manual", 1), ("table", 1)])
def test_logs_and_registers_are_asked_by_record(db: Database, kind: DocumentKind, count: int) -> None:
    epoch = publish(db, make_document("a.csv", "Maintenance log", kind=kind), "A record.")
    assert len(titled(db, epoch)) == count
