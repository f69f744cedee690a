"""What is kept and who can read it, from the declarations in the code. The page is written from these rows."""

from __future__ import annotations

from undersigned.pages.views import Kept
from undersigned.stages.deliver.declared import declarations

__all__ = ["kept_rows"]


def kept_rows() -> tuple[Kept, ...]:
    """Give one row a field that holds personal data."""
    return tuple(
        Kept(field=field, purpose=declared.purpose, place=declared.place, life=declared.life)
        for field, declared in declarations()
    )
