"""Campaigns as they are made: facts, demands, texts in many languages, releases."""
