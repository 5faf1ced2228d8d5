"""Every error that Plantwright raises on purpose.

PlantwrightError
├── Permanent                 trying again with the same input will fail again
│   ├── BadInput              a file, row, tag, field or setting is wrong; says where and what to do
│   │   ├── BadDocument       a file that cannot be read: names file, page or row
│   │   └── BadSetting        a setting that cannot be used: names its table and key
│   ├── Forbidden             the caller may not see or do this
│   ├── NotFound              no such document, answer, tag, drawing
│   ├── IndexMismatch         the index was built with other settings; names the command that rebuilds it
│   └── ModelRejected         a model file with a wrong hash
└── Transient                 may work later
    ├── Held                  the store is held by another process; names the holder
    ├── Unavailable           a server, model, hub or plant did not answer
    └── DeadlinePassed        a stage took longer than it may
"""


class PlantwrightError(Exception):
    """The root. ``str(error)`` is one line that a person can act on."""


class Permanent(PlantwrightError):
    """Dead at once: do not retry."""


class BadInput(Permanent):
    """Something that a person gave is wrong."""


class BadDocument(BadInput):
    """A file that cannot be read. ``where`` is a page, row or line, '' when it is the whole file."""

    def __init__(self, path: str, reason: str, *, where: str = "", remedy: str = "") -> None:
        self.path, self.reason, self.where, self.remedy = path, reason, where, remedy
        spot = f"{path}, {where}" if where else path
        super().__init__(f"{spot}: {reason}" + (f"; {remedy}" if remedy else ""))


class BadSetting(BadInput):
    """A setting that cannot be used."""


class Forbidden(Permanent):
    """The caller may not see or do this."""


class NotFound(Permanent):
    """No such document, answer, tag or drawing, or none that the caller may see."""


class IndexMismatch(Permanent):
    """The index was built with other encoders or another chunker."""


class ModelRejected(Permanent):
    """A model file whose hash is not the pinned one."""


class Transient(PlantwrightError):
    """May work later."""


class Held(Transient):
    """The store is held by another process."""


class Unavailable(Transient):
    """A server, model, hub or plant did not answer."""


class DeadlinePassed(Transient):
    """A stage took longer than it may."""
