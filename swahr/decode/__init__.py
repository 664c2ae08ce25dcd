"""From heatmaps and tags to people."""

from swahr.decode.maps import ParsedPeople
from swahr.decode.params import ParseParams
from swahr.decode.parse import parse_heatmaps
from swahr.decode.stages import parse_stages

__all__ = ["ParseParams", "ParsedPeople", "parse_heatmaps", "parse_stages"]
