"""What the parameters of detectors mean, in both languages: English from the detectors themselves, Chinese from a file beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from headwater.console.jobs.parameters import Parameter
from headwater.model.words import Lang


def sentence(detector: str, parameter: Parameter, lang: Lang) -> str:
    """The sentence of a parameter; of a detector that is not ours the English one, which it brings itself."""
    if lang == "zh":
        return _chinese().get(detector, {}).get(parameter.name, parameter.sentence)
    return parameter.sentence


@cache
def _chinese() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files("headwater.console.jobs") / "parameters.zh.toml").read_text("utf-8"))
