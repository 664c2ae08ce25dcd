"""Runs over videos: one, or an archive of many, on this machine or on a cluster."""
