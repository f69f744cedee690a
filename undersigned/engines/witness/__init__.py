"""Witnesses over HTTP."""
