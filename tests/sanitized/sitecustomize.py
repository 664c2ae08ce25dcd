"""Put the extension that was built under a sanitizer, in $SWAHR_SANITIZED, in the place of the installed one."""

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

if folder := os.environ.get("SWAHR_SANITIZED"):
    (built,) = Path(folder).glob("_native.*.so")
    spec = spec_from_file_location("swahr._native", built)
    assert spec is not None
    assert spec.loader is not None
    sys.modules["swahr._native"] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules["swahr._native"])
