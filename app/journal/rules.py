"""The audit chain: what a block's hash covers; where swept files lie."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

GENESIS = "0" * 64
SWEPT = ".swept"  # below the files directory: what the night has set aside


def block_hash(previous: str, entries: Iterable[tuple[Any, ...]]) -> str:
    """SHA-256 over the block before and each entry in order: an edit, a loss or a swap changes it."""
    digest = hashlib.sha256(previous.encode())
    for entry in entries:
        canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest.update(canonical.encode() + b"\n")
    return digest.hexdigest()
