# The names of the package, each once: `__init__.py` imports them from here when they are first asked for.
from .crops import decode_crops as decode_crops
from .maps import ParsedPeople as ParsedPeople
from .pafs import group_pafs as group_pafs
from .params import ParseParams as ParseParams
from .parse import parse_heatmaps as parse_heatmaps
from .stages import parse_stages as parse_stages
