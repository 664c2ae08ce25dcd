"""The networks that features come from, one file each."""
