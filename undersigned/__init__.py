"""Undersigned: petitions that have to be believed."""

from undersigned import compiled

__version__ = "0.1.0"

compiled.use_when_wanted()
