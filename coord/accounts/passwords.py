"""Argon2id hashes and what a good password is."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from coord.kernel.errors import Invalid
from coord.kernel.text import N_

MIN_LENGTH = 12
MAX_LENGTH = 256

#: Fragments that make a password guessable here: names of the platform, cities, bureaus.
CONTEXT_WORDS = (
    "coord",
    "chengdu",
    "deyang",
    "meishan",
    "ziyang",
    "yaan",
    "chongqing",
    "password",
    "qwerty",
    "123456",
    "111111",
    "abcdef",
    "admin",
    "huanbao",
    "shengtai",
    "联动",
    "成都",
    "重庆",
    "执法",
)

_hashers: dict[str, PasswordHasher] = {"main": PasswordHasher()}
_nobody: dict[str, str] = {}


def set_costs(time_cost: int, memory_kib: int) -> None:
    """Set Argon2's passes and memory in KiB; called once when the application is made."""
    _hashers["main"] = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib)
    _nobody.clear()


def hash_password(password: str) -> str:
    """Argon2id hash with its parameters and salt."""
    return _hashers["main"].hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether `password` belongs to the hash."""
    try:
        return _hashers["main"].verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def burn_time(password: str) -> None:
    """Spend what a real check would spend, so that unknown logins are not faster."""
    if "hash" not in _nobody:
        _nobody["hash"] = hash_password("no such account")
    matches(_nobody["hash"], password)


def check_strength(password: str, *, login: str, name: str) -> None:
    """Raise Invalid with the first rule that the password breaks (ASVS 6.2)."""
    if len(password) < MIN_LENGTH:
        raise Invalid(N_("密码至少%(n)s个字符。"), n=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise Invalid(N_("密码不得超过%(n)s个字符。"), n=MAX_LENGTH)
    lowered = password.casefold()
    words = [*CONTEXT_WORDS, login.casefold(), name.casefold()]
    if any(word and word in lowered for word in words):
        raise Invalid(N_("密码不能包含账号、姓名、城市或单位名称及常见词。"))
    if len(set(password)) < 6:
        raise Invalid(N_("密码中不同的字符太少。"))


def new_initial_password() -> str:
    """A random one-time password that an administrator hands over: 20 characters."""
    alphabet = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(4))


def token_hash(token: str) -> str:
    """SHA-256 in hex of a random token of at least 128 bits; what the database keeps."""
    return hashlib.sha256(token.encode("ascii", "replace")).hexdigest()
