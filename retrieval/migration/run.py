"""One migration: both stores opened under their locks, copied, checked."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.errors import BadSetting, Held, IndexMismatch
from retrieval.knowledge import manifest, schema_of
from retrieval.legs._chosen import chosen_legs
from retrieval.legs.base import Leg
from retrieval.migration import asking, checking
from retrieval.migration.asking import Answered
from retrieval.migration.checking import Compared
from retrieval.migration.checkpoint import Checkpoint, Options, place
from retrieval.migration.copying import begin, copy
from retrieval.models import Caller
from retrieval.plugins import discover
from retrieval.settings import RetrievalSettings
from retrieval.sql import documents, epochs
from retrieval.sql.engine import Database
from retrieval.stores.base import Compactable, Probe, StoreVariant, VectorStore, Where

HOLDER = "a migration"
_LOCAL = Caller.local()
Told = Callable[[str, int, int], None]  # what is being done, points done, points in all (nearly)


@dataclass(frozen=True, slots=True)
class Plan:
    """``to`` and ``options`` describe the target. ``questions``: how many are asked of both at the end."""

    settings: RetrievalSettings
    to: str
    options: Options
    batch: int = 500
    questions: int = 50
    replace: bool = False  # remove what the target holds first


@dataclass(frozen=True, slots=True)
class Migrated:
    """``vectors``: ids whose vectors differ, of the sample."""

    checkpoint: Checkpoint
    compared: Compared
    vectors: list[str]
    answered: Answered

    def problems(self, least_overlap: float) -> list[str]:
        """One line each; none where the target may take the source's place."""
        found = self.compared.problems
        if self.vectors:
            found.append(f"{len(self.vectors)} sampled points have other vectors, as {self.vectors[0]}")
        if self.answered.unlike:
            found.append(f"{len(self.answered.unlike)} exact rankings differ, as {self.answered.unlike[0]}")
        asked = bool(self.compared.sample)  # there is something to ask, and it was wished
        if asked and not self.answered.overlap:
            found.append("nothing could be asked of both stores")
        elif asked and not self.answered.mean_overlap >= least_overlap:  # so NaN is a problem too
            found.append(f"the best ten of both share {self.answered.mean_overlap:.3f}, less than {least_overlap}")
        return found + [f"the leg {leg} gave nothing in any question" for leg in self._mute() if asked]

    def _mute(self) -> list[str]:
        """Legs that couldn't be asked, or gave nothing of one of the stores where there are passages to be found."""
        languages = {language for language, _ in self.compared.source}
        given = Counter[str]()
        for (leg, language), points in self.answered.given.items():
            if language in languages:
                given[leg] += points
        return sorted(self.answered.silent | {leg for leg, points in given.items() if not points})


def migrate(plan: Plan, tell: Told) -> Migrated:
    """Copy what is left to copy, then check all. The source is only read.

    Raises ``BadSetting``, ``Held``, ``Unavailable`` or ``IndexMismatch``; what was copied before stays, and the next
    call goes on behind it.
    """
    settings, legs = plan.settings, chosen_legs(plan.settings)
    source_variant, target_variant = _variant(settings.store), _variant(plan.to)
    ours = place(settings.store, settings.data_dir, settings.store_options)
    theirs = place(plan.to, settings.data_dir, plan.options)
    if ours == theirs:
        raise BadSetting(f"--to {plan.to}: that is the store of [retrieval] itself")
    with _database(settings, legs) as database, _unwritten(settings.data_dir):
        folder, schema, epoch = settings.data_dir, schema_of(legs), epochs.current(database)
        kept = Checkpoint.read(folder)
        more: Options = {"holder": HOLDER, "lock_timeout_seconds": settings.lock_timeout_seconds}
        with _closing(source_variant.open(folder, schema, {**settings.store_options, **more})) as source:
            if plan.replace:
                target_variant.drop(folder, plan.options)
                kept = None
            with _closing(target_variant.open(folder, schema, {**plan.options, **more})) as target:
                total = source.count(_LOCAL, epoch, Where())
                at = begin(target, kept, Checkpoint(theirs, epoch))
                at = copy(source, target, at, folder, plan.batch, lambda done: tell("copied", done, max(total, done)))
                if isinstance(target, Compactable) and target.compaction_due():
                    tell("compacting the target", 0, 0)
                    target.compact()
                return _check(plan, legs, database, source, target, at, tell)


def _check(
    plan: Plan,
    legs: dict[str, Leg],
    database: Database,
    source: VectorStore,
    target: VectorStore,
    at: Checkpoint,
    tell: Told,
) -> Migrated:
    def looked(done: int) -> None:
        tell("compared", done, max(at.copied, done))

    compared = checking.compare(source, target, plan.batch, plan.questions, looked)
    vectors = checking.same_vectors(source, target, compared.sample)
    answered = Answered()
    texts = documents.get_passages(database, _LOCAL, compared.sample)
    asked = asking.questions(legs, plan.settings, list(texts.values()), answered)

    def counted() -> Iterator[tuple[str, list[Probe]]]:
        for number, one in enumerate(asked, start=1):
            yield one
            tell("asked", number, len(texts))

    asking.ask(
        source,
        target,
        counted(),
        epoch=at.epoch,
        documents=_few(compared),
        candidates=plan.settings.candidates,
        answered=answered,
    )
    if epochs.current(database) != at.epoch:
        raise BadSetting("the index was written while it was copied; stop what writes, and migrate with --replace")
    return Migrated(at, compared, vectors, answered)


def _few(compared: Compared) -> list[str]:
    """Documents, the smallest first, of ``EXACT_POINTS`` together at most: all their points are ranked."""
    found, points = [], 0
    for document, size in sorted(compared.sizes.items(), key=lambda pair: (pair[1], pair[0])):
        points += size
        if points > asking.EXACT_POINTS:
            break
        found.append(document)
    return found


def _variant(name: str) -> StoreVariant:
    found: dict[str, StoreVariant] = discover("retrieval.stores", "STORE")
    if name not in found or name == "remote":
        there = ", ".join(one for one in found if one != "remote")
        raise BadSetting(f"no store {name!r} to migrate from or to; there is: {there}")
    return found[name]


@contextmanager
def _database(settings: RetrievalSettings, legs: dict[str, Leg]) -> Iterator[Database]:
    """The manifest stands here, and so is carried: it must be that of the legs, and the store be whole."""
    if not settings.database.exists():
        raise BadSetting(f"{settings.database}: there is no index to migrate; correct [retrieval] data_dir")
    database = Database.open(settings.database)
    try:
        kept = epochs.manifest(database) or {}
        if differs := [name for name, value in manifest(legs).items() if kept.get(name) != value]:
            raise IndexMismatch(
                f"{settings.data_dir}: the index was built with other settings ({', '.join(differs)}); "
                "run: python -m ingestion --rebuild PATH..."
            )
        if epochs.is_restoring(database):
            raise IndexMismatch(f"{settings.data_dir}: its points are still being written anew; finish the ingestion")
        yield database
    finally:
        database.close()


@contextmanager
def _unwritten(folder: Path) -> Iterator[None]:
    """No ingestion meanwhile, whatever the store. Raises ``Held``."""
    lock = FileLock(folder / "ingestion.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Held(f"an ingestion writes to {folder}; wait until it has ended") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _closing(store: VectorStore) -> Iterator[VectorStore]:
    try:
        yield store
    finally:
        store.close()
