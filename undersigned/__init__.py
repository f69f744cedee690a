"""Undersigned: petitions that have to be believed."""

__version__ = "0.1.0"
