"""What is computed from finished tracks, with the whole of a recording in sight."""
