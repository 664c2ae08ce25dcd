"""What is computed from finished tracks, with all of a recording in sight.

`measure` gives angles, speeds and accelerations; `repair_swaps` exchanges left and right back where they changed
places; `smooth` fills gaps and filters joints. Each thing that is computed has a file of its own.

The names are those of `__init__.pyi`; each is imported when it is first asked for, so that nobody waits for filters who
only reads a measure off a frame.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
