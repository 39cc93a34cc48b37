"""The hash of one entry over the one before it. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

#: What the first entry links to.
GENESIS = "0" * 64


def link_hash(
    key: bytes, previous_hash: str, seq: int, at: datetime, fields: Mapping[str, object]
) -> str:
    """HMAC-SHA256, in hex, over a canonical JSON of the entry and its predecessor's hash.

    Keyed, so that who can write the database but does not hold the installation's
    audit key cannot rebuild a chain that verifies.
    """
    body = json.dumps(
        {
            "seq": seq,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "previous": previous_hash,
            **fields,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hmac.new(key, body.encode("utf-8"), hashlib.sha256).hexdigest()
