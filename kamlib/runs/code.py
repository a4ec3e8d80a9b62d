"""What the code itself was: a hash over its source."""

import hashlib
from functools import cache
from pathlib import Path


@cache
def code_hash(*packages: str) -> str:
    """SHA-256 over the source of parts of kamlib; all of it for none named."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for folder in [root / package for package in packages] or [root]:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
