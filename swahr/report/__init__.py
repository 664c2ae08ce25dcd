"""Pages: one HTML file about a recording, or about the movement in it, for the browser."""

from swahr.report.movement_page import write_movement_report
from swahr.report.page import write_report

__all__ = ["write_movement_report", "write_report"]
