"""What all rooms speak of: skeletons, the poses of a frame, and recordings of many frames."""
