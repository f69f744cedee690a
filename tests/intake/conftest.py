"""The door's house for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Give a fresh house."""
    return House(tmp_path)
