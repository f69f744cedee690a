"""Watching: how many have signed, from where, by which link or poster, and when."""
