"""The Django project of the desk: its settings, addresses, and how it is run."""
