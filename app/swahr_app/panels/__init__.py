"""The window in parts, one file each."""
