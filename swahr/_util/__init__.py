"""Files, locks, text and memory: what has nothing to do with poses."""
