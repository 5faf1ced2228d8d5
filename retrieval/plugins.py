"""Variants are found, not listed: one file or folder in a package, one constant in it."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any


@cache
def discover(package: str, constant: str) -> dict[str, Any]:
    """The constant of every module in ``package`` that defines it, by module name.

    Modules named ``base`` or with a leading underscore are no variants. Importing a variant must be
    cheap: a heavy library is imported where it is first used.
    """
    parent = importlib.import_module(package)
    names = sorted(info.name for info in pkgutil.iter_modules(parent.__path__))
    variants = (name for name in names if name != "base" and not name.startswith("_"))
    modules: dict[str, ModuleType] = {name: importlib.import_module(f"{package}.{name}") for name in variants}
    return {name: getattr(module, constant) for name, module in modules.items() if hasattr(module, constant)}
