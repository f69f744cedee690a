"""Public statements: drafted, checked, signed off by two, released under embargo, corrected or withdrawn."""
