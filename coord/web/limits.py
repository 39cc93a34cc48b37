"""Rate limits for sign-in, feeds and exports; kept in memory, one process serving."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, storage_uri="memory://", default_limits=[])
