"""One running installation for the journeys that can share it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.site import Site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a site with the example campaigns; journeys use addresses of their own."""
    folder: Path = tmp_path_factory.mktemp("site") / "d"
    with Site(folder, rate=100000, burst=100000) as running:
        yield running
