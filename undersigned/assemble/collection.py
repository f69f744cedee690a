"""How often a process that works in batches or requests looks for objects that hold each other."""

from __future__ import annotations

import gc

__all__ = ["look_seldom"]

NEW = 20_000  #: objects between two looks; Python's own 700 mean hundreds of looks at one batch that holds no cycle


def look_seldom() -> None:
    """Collect now, leave what is loaded alone from here on, and look seldom; for a process, at its start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW, 20, 50)
