"""Reads the text of a picture, offline: RapidOCR on onnxruntime, with the models that lie in its wheel.

The engine is made once in a process and kept; it has one thread, so that the same picture gives the same text. It is an
extra (``headwater[ocr]``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from headwater.exhibits.geometry import Piece
from headwater.exhibits.straight import straightened
from headwater.model.errors import UnreadableError

MISSING = "reading text in pictures needs headwater[ocr]"

SURE = 0.5
"""What is read with less confidence than this is left out and counted."""
LONGEST = 2560
"""Pictures are made this small, in pixels of the longer side, before they are read; long strips are cut instead."""

_STRIP = 2.2
_OVERLAP = 160
_LEAST = 8
_ASKED = 5
_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """The text of a picture as pieces, set straight, and how many lines were too unclear to be read."""

    pieces: tuple[Piece, ...]
    unclear: int


@dataclass(frozen=True, slots=True)
class _Boxes:
    quads: NDArray[np.float64]
    texts: tuple[str, ...]
    scores: NDArray[np.float64]

    def taken(self, chosen: NDArray[np.bool_]) -> _Boxes:
        texts = tuple(text for text, keep in zip(self.texts, chosen, strict=True) if keep)
        return _Boxes(self.quads[chosen], texts, self.scores[chosen])


_NOTHING = _Boxes(np.zeros((0, 4, 2)), (), np.zeros(0))


def is_there() -> bool:
    """Tell whether the extra is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def read_text(picture: Image.Image) -> Seen:
    """Read the text of an upright or turned picture.

    :raises UnreadableError: without the extra, or if the engine fails
    """
    engine = _engine()
    image = _fitting(picture.convert("RGB"))
    boxes = _whole(engine, image)
    if _is_sideways(boxes):
        image = image.transpose(Image.Transpose.ROTATE_90)
        boxes = _whole(engine, image)
    if _is_upside_down(engine, image, boxes):
        boxes = _Boxes(np.roll([image.width, image.height] - boxes.quads, 2, axis=1), boxes.texts, boxes.scores)
    clear = boxes.taken(boxes.scores >= SURE)
    places = straightened(clear.quads)
    pieces = [Piece(text, *map(float, place)) for text, place in zip(clear.texts, places, strict=True)]
    return Seen(tuple(pieces), len(boxes.texts) - len(clear.texts))


@cache
def _engine() -> Any:
    if not is_there():
        raise UnreadableError(MISSING)
    import cv2
    import onnxruntime
    import rapidocr

    onnxruntime.disable_telemetry_events()
    onnxruntime.set_default_logger_severity(4)
    cv2.setNumThreads(1)
    folder = Path(rapidocr.__file__).parent / "models"
    settings: dict[str, Any] = {f"{part}.model_path": str(folder / name) for part, name in _MODELS.items()}
    # a model that is not there would be fetched from the network
    if not all(Path(path).is_file() for path in settings.values()):
        raise UnreadableError("the models of rapidocr are not where its wheel has them")
    settings |= {
        "Global.log_level": "critical",
        "Global.max_side_len": LONGEST,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    return rapidocr.RapidOCR(params=settings)


def _fitting(image: Image.Image) -> Image.Image:
    """The picture in a size that is worth its time: a long strip keeps its width, others their longer side."""
    short, long = sorted(image.size)
    scale = LONGEST / long if long <= _STRIP * short else LONGEST / _STRIP / short
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _whole(engine: Any, image: Image.Image) -> _Boxes:
    """Read a picture in parts where it is a long strip, such as a chat photographed screen by screen."""
    axis = int(image.height >= image.width)
    found = []
    for start, end, core in _parts(*sorted(image.size)):
        area = (0, start, image.width, end) if axis else (start, 0, end, image.height)
        boxes = _part(engine, image.crop(area))
        middles = boxes.quads[:, :, axis].mean(axis=1) + start
        quads = boxes.quads + ([0, start] if axis else [start, 0])
        moved = _Boxes(quads, boxes.texts, boxes.scores)
        found.append(moved.taken((middles >= core[0]) & (middles < core[1])))
    return _Boxes(
        np.concatenate([boxes.quads for boxes in found]),
        tuple(text for boxes in found for text in boxes.texts),
        np.concatenate([boxes.scores for boxes in found]),
    )


def _parts(short: int, long: int) -> Iterator[tuple[int, int, tuple[float, float]]]:
    """Stretches of the longer side that overlap, each with the stretch for which it speaks alone."""
    step = long if long <= max(_STRIP * short, LONGEST) else max(int(_STRIP * short), 4 * _OVERLAP)
    start = 0
    while True:
        end = min(start + step, long)
        last = end == long
        yield start, end, (start + _OVERLAP / 2 if start else 0.0, long + 1.0 if last else end - _OVERLAP / 2)
        if last:
            return
        start = end - _OVERLAP


def _part(engine: Any, image: Image.Image) -> _Boxes:
    if min(image.size) < _LEAST:
        return _NOTHING
    pixels = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    try:
        given = engine(pixels, use_det=True, use_cls=True, use_rec=True, text_score=0.0)
    except Exception as error:  # the engine is another's, and a hostile picture may fail in any part of it
        raise UnreadableError(f"the text of the picture cannot be read: {type(error).__name__}") from error
    if getattr(given, "boxes", None) is None or not getattr(given, "txts", None):
        return _NOTHING
    return _Boxes(np.asarray(given.boxes, np.float64), tuple(given.txts), np.asarray(given.scores, np.float64))


def _sides(boxes: _Boxes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    spans = boxes.quads.max(axis=1) - boxes.quads.min(axis=1)
    return spans[:, 0], spans[:, 1]


def _is_sideways(boxes: _Boxes) -> bool:
    """Tell whether most lines that are clearly longer than tall run up or down."""
    if not boxes.texts:
        return False
    across, down = _sides(boxes)
    return bool((down > 1.5 * across).sum() > (across > 1.5 * down).sum())


def _is_upside_down(engine: Any, image: Image.Image, boxes: _Boxes) -> bool:
    """Tell which way the longest lines stand: where the engine's quick answer has a doubt, both ways are read."""
    if not boxes.texts:
        return False
    across, _ = _sides(boxes)
    lines = [_line(image, boxes.quads[place]) for place in np.argsort(-across, kind="stable")[:_ASKED]]
    labels = [_asked(engine, line, use_cls=True).cls_res[0][0] for line in lines]
    if "180" not in labels:
        return False
    surer = [_sureness(engine, line[::-1, ::-1]) - _sureness(engine, line) for line in lines]
    return sum(surer) > 0


def _line(image: Image.Image, quad: NDArray[np.float64]) -> NDArray[np.uint8]:
    """One line cut out of a picture, level."""
    upper_left, upper_right, lower_right, lower_left = quad
    wide = max(int(np.linalg.norm(upper_right - upper_left)), _LEAST)
    tall = max(int(np.linalg.norm(lower_left - upper_left)), _LEAST)
    corners = tuple(float(v) for corner in (upper_left, lower_left, lower_right, upper_right) for v in corner)
    cut = image.transform((wide, tall), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    return np.asarray(cut)[:, :, ::-1]


def _asked(engine: Any, line: NDArray[np.uint8], *, use_cls: bool = False, use_rec: bool = False) -> Any:
    return engine(np.ascontiguousarray(line), use_det=False, use_cls=use_cls, use_rec=use_rec, text_score=0.0)


def _sureness(engine: Any, line: NDArray[np.uint8]) -> float:
    return float((_asked(engine, line, use_rec=True).scores or (0.0,))[0])
