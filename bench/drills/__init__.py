"""Long drills, each printing one JSON line; `make drill`, or `make drill DRILLS=kill`."""
