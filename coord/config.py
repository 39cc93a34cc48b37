"""One frozen settings object, read from COORD_* variables and checked at start."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024


class SettingsError(Exception):
    """The installation's settings are missing or contradict each other."""


@dataclass(frozen=True)
class Settings:
    """All that an operator can set. docs/operator.md explains each line."""

    #: `demo` makes a fictional season and known accounts; `production` makes neither.
    env: str
    #: Folder that a running installation writes: database, evidence, logs.
    instance: Path
    database_url: str
    secret_key: str
    #: host:port on which the server listens.
    listen: str
    #: Address under which people reach the site; links in feeds are built from it.
    public_url: str
    #: `login:password` of the first system administrator of a real installation.
    first_admin: str
    #: Largest request body in bytes.
    max_upload_bytes: int
    #: Argon2 passes and KiB of memory; low only in tests.
    argon2_time_cost: int
    argon2_memory_kib: int
    #: Minutes without a request, and hours in all, after which a sign-in ends.
    idle_minutes: int
    absolute_hours: int
    #: Sets Secure and the __Host- prefix on cookies, and HSTS.
    secure_cookies: bool
    #: Off only where a benchmark or a load test asks more often than people do.
    rate_limits: bool
    #: How long a piece of long work (a boundary file, a large grouping) may take, and how much
    #: memory its process may use.
    work_minutes: int
    work_memory_mib: int

    @property
    def is_production(self) -> bool:
        """Whether real people work here: no demonstration data, no default password."""
        return self.env == "production"

    @property
    def plans_folder(self) -> Path:
        """Where the joint groups' work plans are kept."""
        return self.instance / "plans"

    @property
    def evidence_folder(self) -> Path:
        """Where the files of leads are kept."""
        return self.instance / "evidence"

    @property
    def imports_folder(self) -> Path:
        """Where boundary files wait until they are kept or put aside."""
        return self.instance / "imports"

    def environ(self) -> dict[str, str]:
        """The variables that give a process of its own these same settings."""
        return {
            "COORD_ENV": self.env,
            "COORD_INSTANCE": str(self.instance),
            "COORD_DATABASE_URL": self.database_url,
            "COORD_SECRET_KEY": self.secret_key,
            "COORD_LISTEN": self.listen,
            "COORD_PUBLIC_URL": self.public_url,
            "COORD_FIRST_ADMIN": self.first_admin,
            "COORD_MAX_UPLOAD_MIB": str(self.max_upload_bytes // MIB),
            "COORD_ARGON2_TIME_COST": str(self.argon2_time_cost),
            "COORD_ARGON2_MEMORY_KIB": str(self.argon2_memory_kib),
            "COORD_IDLE_MINUTES": str(self.idle_minutes),
            "COORD_ABSOLUTE_HOURS": str(self.absolute_hours),
            "COORD_RATE_LIMITS": "on" if self.rate_limits else "off",
            "COORD_INSECURE_COOKIES": "" if self.secure_cookies else "1",
            "COORD_WORK_MINUTES": str(self.work_minutes),
            "COORD_WORK_MEMORY_MIB": str(self.work_memory_mib),
        }


def read_settings(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Settings from the environment; SettingsError names every fault at once.

    `overrides` replace single fields, for tests and commands.
    """
    env = environ if environ is not None else os.environ
    faults: list[str] = []
    name = _choice(env, "COORD_ENV", ("demo", "production"), faults)
    instance = Path(env.get("COORD_INSTANCE") or ROOT / "instance").resolve()
    listen = env.get("COORD_LISTEN") or "127.0.0.1:8000"
    _check_listen(listen, faults)
    if name == "production":
        _check_production(env, faults)
    values: dict[str, object] = {
        "env": name,
        "instance": instance,
        "database_url": env.get("COORD_DATABASE_URL") or f"sqlite:///{instance / 'coord.sqlite'}",
        "secret_key": env.get("COORD_SECRET_KEY", ""),
        "listen": listen,
        "public_url": (env.get("COORD_PUBLIC_URL") or f"http://{listen}").rstrip("/"),
        "first_admin": env.get("COORD_FIRST_ADMIN", ""),
        "max_upload_bytes": _whole(env, "COORD_MAX_UPLOAD_MIB", 64, faults) * MIB,
        "argon2_time_cost": _whole(env, "COORD_ARGON2_TIME_COST", 3, faults),
        "argon2_memory_kib": _whole(env, "COORD_ARGON2_MEMORY_KIB", 65536, faults),
        "idle_minutes": _whole(env, "COORD_IDLE_MINUTES", 60, faults),
        "absolute_hours": _whole(env, "COORD_ABSOLUTE_HOURS", 12, faults),
        "rate_limits": _choice(env, "COORD_RATE_LIMITS", ("on", "off"), faults) == "on",
        "work_minutes": _whole(env, "COORD_WORK_MINUTES", 30, faults),
        "work_memory_mib": _whole(env, "COORD_WORK_MEMORY_MIB", 4096, faults),
        "secure_cookies": name == "production" and env.get("COORD_INSECURE_COOKIES") != "1",
    }
    if faults:
        raise SettingsError("; ".join(faults))
    return Settings(**{**values, **overrides})  # type: ignore[arg-type]  # keys are the fields'


def _choice(env: Mapping[str, str], key: str, choices: tuple[str, ...], faults: list[str]) -> str:
    value = env.get(key) or choices[0]
    if value not in choices:
        faults.append(f"{key}={value!r}: 只能是 / must be one of {', '.join(choices)}")
    return value


def _whole(env: Mapping[str, str], key: str, default: int, faults: list[str]) -> int:
    text = env.get(key) or str(default)
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    faults.append(f"{key}={text!r}: 应为正整数 / must be a positive whole number")
    return default


def _check_listen(listen: str, faults: list[str]) -> None:
    host, colon, port = listen.rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        faults.append(f"COORD_LISTEN={listen!r}: 应为 主机:端口 / must be host:port")


def _check_production(env: Mapping[str, str], faults: list[str]) -> None:
    if len(env.get("COORD_SECRET_KEY", "")) < 32:
        faults.append(
            "COORD_SECRET_KEY: 正式环境须设置至少32个字符的密钥 / production needs a secret key of"
            " at least 32 characters, for example the output of: openssl rand -hex 32"
        )
    if not env.get("COORD_PUBLIC_URL", "").startswith(("https://", "http://")):
        faults.append(
            "COORD_PUBLIC_URL: 正式环境须设置用户访问的网址 / production needs the address that"
            " people open, for example https://coord.example.gov.cn"
        )


def demo_secret(instance: Path) -> str:
    """The demonstration's own secret, made once and kept in the instance folder (0600)."""
    path = instance / "secret.key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()


#: Said when a real installation has no account yet and no first administrator is given.
NO_FIRST_ADMIN = (
    "COORD_FIRST_ADMIN: 正式环境首次启动须以“账号:密码”指定首位系统管理员 / the first start of a"
    " production installation needs COORD_FIRST_ADMIN=login:password"
)
