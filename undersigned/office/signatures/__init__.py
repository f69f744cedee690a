"""Moderation: doubtful signatures, acts on many at once, appeals. The desk sees groups, numbers and states only."""
