"""The log beside hashing alone: appending a million leaves with tiles and checkpoints, and verifying them.

    python -m bench.log --leaves 1000000 --batch 5000

The floor of both is what no Merkle tree can do without: for each line one SHA-256 of `00 | line` and one of
`01 | left | right` over 64 bytes, in one plain loop of the same interpreter. `log-append` plans `s` lines from
commitments, sorts them, grows the tree, writes every tile and bundle to files, and signs a checkpoint for each
batch; it flushes nothing to disk but what the engine does. `verify` is `undersigned.audit` over the files.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from undersigned.audit.fetch import Folder
from undersigned.audit.verify import verify
from undersigned.core import leaves
from undersigned.core.checkpoint import origin_of
from undersigned.engines.files.high_water import FileHighWater
from undersigned.engines.files.tiles import FileTiles
from undersigned.stages.tlog.needs import Head, NewEntry, Waiting
from undersigned.stages.tlog.publication import Publication
