"""What the desk's log says of a request: its route, never its path, which names statements and holds secrets."""

from __future__ import annotations

import logging

__all__ = ["install"]

_LOGGERS = ("django.request", "django.security.csrf")  # those that write a path


class _RoutesOnly(logging.Filter):
    """Puts the route in the place of the path, in records that Django makes of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; every record is kept."""
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = match.route if match is not None else "no route"
            record.args = tuple(
                one.replace(path, route) if isinstance(one, str) else one for one in record.args
            )  # fmt: skip
        return True


_FILTER = _RoutesOnly()


def install() -> None:
    """Let it look at every record of a request, in this process; a second time does nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
