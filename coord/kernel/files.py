"""Files that people bring: what they really are, and how they are kept.

A file is written under a random name, hashed while it is written, forced to disk and only
then named, so that a killed process leaves at most an orphan that no row points to.
"""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import filetype

from coord.kernel.errors import Invalid
from coord.kernel.text import N_

CHUNK = 1024 * 1024
#: An office file that unpacks to more is a bomb.
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_MEMBERS = 10_000

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: Extension → media type with which the file is given out again.
ALLOWED: Mapping[str, str] = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
#: What the content must look like for each extension.
CONTENT: Mapping[str, str] = {
    "jpeg": "jpg",
    "doc": "ole",
    "xls": "ole",
    "docx": "word/",
    "xlsx": "xl/",
    "ofd": "OFD.xml",
    "txt": "text",
    "csv": "text",
}


@dataclass(frozen=True)
class Stored:
    """A file that is safely on disk."""

    original_name: str
    stored_name: str
    media_type: str
    size: int
    sha256: str


def store_file(
    folder: Path,
    stream: IO[bytes],
    original_name: str,
    *,
    kinds: Collection[str] = tuple(ALLOWED),
) -> Stored:
    """Keep a file; Invalid where it is empty, not allowed, or not what its name says.

    `kinds` are the extensions, all in ALLOWED, that may come here.
    """
    name = Path(original_name.replace("\\", "/")).name[:200]
    extension = name.rpartition(".")[2].lower()
    if extension not in kinds:
        raise Invalid(
            N_("不接受“%(name)s”这种文件。可用:%(kinds)s。"), name=name, kinds="、".join(kinds)
        )
    folder.mkdir(parents=True, exist_ok=True)
    stored_name = secrets.token_hex(20)
    partial = folder / f"{stored_name}.partial"
    try:
        size, digest = _write(partial, stream)
        if size == 0:
            raise Invalid(N_("文件“%(name)s”是空的。"), name=name)
        _check_content(partial, extension, name)
        partial.rename(folder / stored_name)
    finally:
        partial.unlink(missing_ok=True)
    _sync_folder(folder)
    return Stored(name, stored_name, ALLOWED[extension], size, digest)


def stage_file(folder: Path, stream: IO[bytes], original_name: str) -> Stored:
    """Keep a file whatever it is, for a closer look elsewhere; Invalid where it is empty."""
    name = Path(original_name.replace("\\", "/")).name[:200]
    folder.mkdir(parents=True, exist_ok=True)
    stored_name = secrets.token_hex(20)
    partial = folder / f"{stored_name}.partial"
    try:
        size, digest = _write(partial, stream)
        if size == 0:
            raise Invalid(N_("文件“%(name)s”是空的。"), name=name)
        partial.rename(folder / stored_name)
    finally:
        partial.unlink(missing_ok=True)
    _sync_folder(folder)
    return Stored(name, stored_name, "application/octet-stream", size, digest)


def _write(path: Path, stream: IO[bytes]) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    with path.open("xb") as file:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_content(path: Path, extension: str, name: str) -> None:
    expected = CONTENT.get(extension, extension)
    if not _looks_like(path, expected):
        raise Invalid(
            N_("文件“%(name)s”的内容与扩展名不符,可能被改过名。请用原始文件。"), name=name
        )


def _looks_like(path: Path, expected: str) -> bool:
    with path.open("rb") as file:
        head = file.read(8192)
    if expected == "ole":
        return head.startswith(OLE_MAGIC)
    if expected == "text":
        return b"\x00" not in head and filetype.guess_extension(head) is None
    if expected.endswith(("/", ".xml")):
        return _is_office_zip(path, expected)
    return bool(filetype.guess_extension(head) == expected)


def _is_office_zip(path: Path, member: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError):
        return False
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
        return False
    return any(one.filename.startswith(member) for one in members)
