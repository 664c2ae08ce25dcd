"""Threads of the review page: pictures of a video by frame, the analysis, and what is exported."""
