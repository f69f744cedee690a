"""The trail: every act of staff, who, when, what, each entry chained to the one before by its hash."""
