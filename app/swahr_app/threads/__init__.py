"""What works beside the window: threads that end in order, and signals that come back from them."""
