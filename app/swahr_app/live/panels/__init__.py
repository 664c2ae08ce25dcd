"""The panels of the live page, one file each."""
