"""From heatmaps, and what groups them, to people.

The names are those of `__init__.pyi`; each is imported when it is first asked for, so that nobody waits for the parse
of another kind of network.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
