"""Vigils, handovers, stalls and meetings: entered, changed and called off by press officers."""
