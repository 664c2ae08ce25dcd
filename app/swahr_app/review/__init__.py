"""The review page: what was found in a video, looked at and corrected by hand."""
