"""Runtimes of other makers, loaded so that they tell these nothing."""

import os
import sys
from typing import Any

from swahr.inference.backends.exported import missing

TELEMETRY = "openvino_telemetry"


def silence_onnxruntime() -> None:
    """Have onnxruntime tell nobody of networks; before it is loaded. Whoever has set the variable has chosen."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")


def load_openvino() -> Any:
    """Return the module openvino.

    By itself its import alone sends an event, with a number of the user and how often it was used, unless a file in the
    user's home forbids that. It does without the package that sends where that is not installed: so it seems here.

    Raises:
        MissingError: It is not installed.
    """
    unloaded = TELEMETRY not in sys.modules
    if unloaded:
        sys.modules[TELEMETRY] = None  # type: ignore[assignment]  # so it cannot be imported
    try:
        import openvino
    except ImportError as error:
        raise missing("openvino") from error
    finally:
        if unloaded:
            sys.modules.pop(TELEMETRY, None)
    return openvino
