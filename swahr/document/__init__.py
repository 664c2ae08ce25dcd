"""What was found in a video and how it was corrected by hand: one file beside the video, with undo and redo.

Found people never change. Corrections are a journal of small edits on top, of which the first so many hold: "as found"
and "as corrected" are both there, and undo goes back to the first.

The names are those of `__init__.pyi`; each is imported when it is first asked for: lists of formats do without.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
