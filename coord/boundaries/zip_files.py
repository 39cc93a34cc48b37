"""Takes the one boundary file out of a zip, into a folder, under a name of our own.

A zip can lie about sizes, name paths outside, hold links or other zips: every member is
looked at before anything is written, and written bytes are counted.
"""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from coord.boundaries.findings import listed
from coord.boundaries.source_errors import SourceError
from coord.kernel.text import N_

MAX_MEMBERS = 200
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
#: Coordinates pack to a third or a tenth; a thousandth is a bomb.
MAX_RATIO = 200
#: Small members may pack better than that by chance.
RATIO_FROM_BYTES = 1024 * 1024
CHUNK = 1024 * 1024

WANTED = (".shp", ".gpkg", ".geojson", ".json")
COMPANIONS = (".dbf", ".shx", ".prj", ".cpg")
NESTED = (".zip", ".rar", ".7z", ".gz", ".tar", ".bz2", ".xz")


def unpack(path: Path, folder: Path, name: str, max_bytes: int = MAX_UNPACKED_BYTES) -> Path:
    """The boundary file of a zip with its companions, unpacked as `units.*` in `folder`."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked(archive, name, max_bytes)
            main = _main(members, name)
            return _extracted(archive, main, members, folder, name, max_bytes)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as fault:
        raise SourceError(
            N_("“%(name)s”不是完整的 zip 文件。请重新压缩后上传。"), name=name
        ) from fault


def _checked(archive: zipfile.ZipFile, name: str, max_bytes: int) -> list[zipfile.ZipInfo]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MAX_MEMBERS:
        raise SourceError(
            N_("“%(name)s”内有%(count)s个文件,多于%(limit)s个。请只压缩一个 Shapefile。"),
            name=name,
            count=len(members),
            limit=MAX_MEMBERS,
        )
    for member in members:
        _check_member(member, name)
    total = sum(member.file_size for member in members)
    bombs = [
        member
        for member in members
        if member.file_size > RATIO_FROM_BYTES
        and member.file_size > MAX_RATIO * max(member.compress_size, 1)
    ]
    if bombs or total > max_bytes:
        raise _too_large(name, max_bytes)
    # Folders of macOS hold a second, hollow copy of each file.
    return [member for member in members if "__MACOSX" not in member.filename]


def _check_member(member: zipfile.ZipInfo, name: str) -> None:
    inner = member.filename.replace("\\", "/")
    path = PurePosixPath(inner)
    if path.is_absolute() or ".." in path.parts or ":" in inner or "\0" in inner:
        raise SourceError(
            N_("“%(name)s”内的文件名“%(member)s”指向压缩包以外,不予打开。请重新压缩。"),
            name=name,
            member=member.filename[:80],
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise SourceError(
            N_("“%(name)s”内的“%(member)s”是链接而不是文件,不予打开。请压缩文件本身。"),
            name=name,
            member=member.filename[:80],
        )
    if member.flag_bits & 1:
        raise SourceError(N_("“%(name)s”设有密码,无法打开。请去掉密码后重新压缩。"), name=name)
    if path.suffix.lower() in NESTED:
        raise SourceError(
            N_("“%(name)s”内还有压缩包“%(member)s”。请解开后只压缩 Shapefile 本身。"),
            name=name,
            member=member.filename[:80],
        )


def _too_large(name: str, max_bytes: int) -> SourceError:
    return SourceError(
        N_(
            "“%(name)s”解压后过大(上限%(limit)s MB)或压缩比异常,不予打开。"
            "请只保留所需区域或化简图形。"
        ),
        name=name,
        limit=max_bytes // (1024 * 1024),
    )


def _main(members: list[zipfile.ZipInfo], name: str) -> zipfile.ZipInfo:
    found = [m for m in members if PurePosixPath(m.filename).suffix.lower() in WANTED]
    if not found:
        raise SourceError(
            N_("“%(name)s”内没有 .shp、.gpkg 或 .geojson 文件:%(members)s。请压缩边界文件本身。"),
            name=name,
            members=listed([m.filename for m in members]) or "—",
        )
    if len(found) > 1:
        raise SourceError(
            N_("“%(name)s”内有多个边界文件,请只保留一个:%(members)s"),
            name=name,
            members=listed([m.filename for m in found]),
        )
    return found[0]


def _extracted(
    archive: zipfile.ZipFile,
    main: zipfile.ZipInfo,
    members: list[zipfile.ZipInfo],
    folder: Path,
    name: str,
    max_bytes: int,
) -> Path:
    suffix = PurePosixPath(main.filename).suffix.lower()
    taken = {suffix: main}
    if suffix == ".shp":
        stem = main.filename[:-4].lower()
        for member in members:
            ending = member.filename.lower().removeprefix(stem)
            if ending in COMPANIONS:
                taken[ending] = member
        missing = [ending for ending in (".dbf", ".shx") if ending not in taken]
        if missing:
            raise SourceError(
                N_(
                    "“%(name)s”缺少 Shapefile 的 %(missing)s 部分。请把 .shp、.dbf、.shx、.prj"
                    " 一起压缩为 zip。"
                ),
                name=name,
                missing=listed(missing),
            )
    left = max_bytes
    for ending, member in taken.items():
        left = _write(archive, member, folder / f"units{ending}", left, (name, max_bytes))
    return folder / f"units{suffix}"


def _write(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    target: Path,
    left: int,
    said: tuple[str, int],
) -> int:
    """Write one member; how many bytes may still be written. Sizes in a zip may be lies."""
    with archive.open(member) as source, target.open("wb") as copy:
        while chunk := source.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _too_large(*said)
            copy.write(chunk)
    return left
