"""The systems trained alike on drawn figures, what each finds and costs, and the page of docs/systems.md about it."""
