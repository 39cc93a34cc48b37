"""From what a file's coordinates are to degrees of CGCS2000. Pure."""

import numpy as np
from pyproj import CRS, Transformer
from shapely import get_coordinates, set_coordinates

from coord.boundaries.datum import Datum, gcj02_to_wgs84
from coord.boundaries.source_errors import SourceError
from coord.boundaries.source_table import Layer
from coord.kernel.text import N_

#: Geodetic systems whose degrees are CGCS2000's to under a metre.
GEODETIC_CODES = frozenset({4490, 4480, 4326, 4979})

UNKNOWN = N_(
    "不认识的坐标系:%(crs)s;请转换为 CGCS2000 或用 datum 指明。"
    "北京54、西安80等旧坐标系须由测绘单位转换。"
)


def in_cgcs2000(shapes: np.ndarray, layer: Layer, datum: Datum | None) -> np.ndarray:
    """The shapes in degrees of CGCS2000; SourceError where that would be a guess."""
    crs = layer.crs
    if crs is None and layer.crs_text and datum is None:
        raise SourceError(UNKNOWN, crs=layer.crs_text)
    if crs is None and datum is None:
        raise SourceError(
            N_(
                "文件没有说明坐标系,请用 datum 指明 cgcs2000、wgs84 或 gcj02;"
                "不清楚时请问提供文件的单位。"
            )
        )
    if crs is not None and datum is None and not _is_ours(crs):
        raise SourceError(UNKNOWN, crs=str(crs.name))
    points = get_coordinates(shapes)
    _check_magnitude(points, crs)
    if crs is not None and not crs.is_geographic:
        if crs.geodetic_crs is None:
            raise SourceError(UNKNOWN, crs=str(crs.name))
        to_degrees = Transformer.from_crs(crs, CRS.from_epsg(4490), always_xy=True)
        points = np.column_stack(to_degrees.transform(points[:, 0], points[:, 1]))
    if datum is Datum.GCJ02:
        points = np.column_stack(gcj02_to_wgs84(points[:, 0], points[:, 1]))
    return np.asarray(set_coordinates(shapes.copy(), points))


def _is_ours(crs: CRS) -> bool:
    """Whether the degrees under a coordinate system are CGCS2000's to under a metre.

    Older systems (Beijing 1954, Xi'an 1980) lie tens of metres off, and the parameters that
    would move them are not public.
    """
    base = crs if crs.is_geographic else crs.geodetic_crs
    return base is not None and base.to_epsg() in GEODETIC_CODES


def _check_magnitude(points: np.ndarray, crs: CRS | None) -> None:
    """Metres that claim to be degrees, and degrees that claim to be metres."""
    if not len(points):
        return
    largest = float(np.abs(points).max())
    x, y = (f"{value:.6g}" for value in points[0])
    if (crs is None or crs.is_geographic) and largest > 400:
        raise SourceError(
            N_(
                "坐标像是以米计的投影坐标(如 %(x)s, %(y)s),文件却声明为经纬度,"
                "因此不在中国范围内。请补上正确的坐标系说明(.prj),或转换为经纬度后重新导出。"
            ),
            x=x,
            y=y,
        )
    if crs is not None and not crs.is_geographic and largest < 400:
        raise SourceError(
            N_(
                "坐标像是经纬度(如 %(x)s, %(y)s),文件却声明为投影坐标系 %(crs)s。"
                "请改正坐标系说明(.prj)后重新导出。"
            ),
            x=x,
            y=y,
            crs=str(crs.name),
        )


def describe_crs(layer: Layer) -> str:
    """What the file declares, as people call it; "" where it declares nothing."""
    if layer.crs is not None:
        return str(layer.crs.name) if layer.crs_text else f"{layer.crs.name} (RFC 7946)"
    return layer.crs_text
