"""Where frames come from, and where drawn ones go.

The names are those of `__init__.pyi`; each is imported when it is first asked for, so that photos do without FFmpeg.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
