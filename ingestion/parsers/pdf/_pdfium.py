"""pdfium's functions bound for speed: pointers are plain integers, results go into buffers that numpy reads.

A call through these costs a quarter of one through ``pypdfium2.raw``; ``map`` over them keeps the loop in C.
Importing this module loads pdfium and numpy: import it inside functions.
"""

import ctypes
from collections.abc import Callable
from ctypes import PYFUNCTYPE, c_double, c_float, c_int, c_uint, c_ulong, c_void_p
from typing import Any

import pypdfium2.raw as raw

PATH, IMAGE, SHADING, FORM = 2, 3, 4, 5  # types of page objects; 1 is text
LINE, BEZIER, MOVE = 0, 1, 2  # types of path segments


def _bind(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    return PYFUNCTYPE(result, *arguments)(ctypes.cast(function, c_void_p).value or 0)


def pointer(handle: Any) -> int:
    """The address behind a handle of pypdfium2."""
    return ctypes.cast(handle, c_void_p).value or 0


count_characters = _bind(raw.FPDFText_CountChars, c_int, c_void_p)
get_text = _bind(raw.FPDFText_GetText, c_int, c_void_p, c_int, c_int, c_void_p)
get_unicode = _bind(raw.FPDFText_GetUnicode, c_uint, c_void_p, c_int)
loose_box = _bind(raw.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
origin = _bind(raw.FPDFText_GetCharOrigin, c_int, c_void_p, c_int, c_void_p, c_void_p)
font_size = _bind(raw.FPDFText_GetFontSize, c_double, c_void_p, c_int)
text_matrix = _bind(raw.FPDFText_GetMatrix, c_int, c_void_p, c_int, c_void_p)
font_info = _bind(raw.FPDFText_GetFontInfo, c_ulong, c_void_p, c_int, c_void_p, c_ulong, c_void_p)

count_objects = _bind(raw.FPDFPage_CountObjects, c_int, c_void_p)
get_object = _bind(raw.FPDFPage_GetObject, c_void_p, c_void_p, c_int)
count_inner = _bind(raw.FPDFFormObj_CountObjects, c_int, c_void_p)
get_inner = _bind(raw.FPDFFormObj_GetObject, c_void_p, c_void_p, c_ulong)
object_type = _bind(raw.FPDFPageObj_GetType, c_int, c_void_p)
object_bounds = _bind(raw.FPDFPageObj_GetBounds, c_int, c_void_p, *[c_void_p] * 4)
object_matrix = _bind(raw.FPDFPageObj_GetMatrix, c_int, c_void_p, c_void_p)
draw_mode = _bind(raw.FPDFPath_GetDrawMode, c_int, c_void_p, c_void_p, c_void_p)
count_segments = _bind(raw.FPDFPath_CountSegments, c_int, c_void_p)
get_segment = _bind(raw.FPDFPath_GetPathSegment, c_void_p, c_void_p, c_int)
segment_point = _bind(raw.FPDFPathSegment_GetPoint, c_int, c_void_p, c_void_p, c_void_p)
segment_type = _bind(raw.FPDFPathSegment_GetType, c_int, c_void_p)
segment_closes = _bind(raw.FPDFPathSegment_GetClose, c_int, c_void_p)

Floats6 = c_float * 6
