"""A PostgreSQL cluster of three nodes on this machine, to be killed, paused and cut off."""

from bench.cluster.cluster import Absent, Cluster

__all__ = ["Absent", "Cluster"]
