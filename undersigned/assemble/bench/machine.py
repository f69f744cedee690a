"""What processes cost, read from /proc."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cpu_seconds", "family", "peak_megabytes", "resident_megabytes"]

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Give a process and everything below it."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(below for child in listed for below in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    """Give the CPU seconds that a process and everything below it have used."""
    return sum(_cpu(one) for one in family(pid))


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def peak_megabytes(pid: int) -> float:
    """Give the sum of the peak resident sizes of a process and everything below it."""
    return round(sum(_peak(one) for one in family(pid)) / 1024, 1)


def _peak(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def resident_megabytes(pid: int) -> tuple[float, float]:
    """Give what a process and everything below it hold in memory now: the plain sum, and with shared pages once."""
    pids = family(pid)
    resident, shared_once = (sum(_rollup(one, kind) for one in pids) / 1e6 for kind in ("Rss:", "Pss:"))
    return round(resident, 1), round(shared_once, 1)


def _rollup(pid: int, kind: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(kind))
