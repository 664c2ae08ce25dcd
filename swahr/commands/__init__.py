"""The commands of `swahr`, one file each."""
