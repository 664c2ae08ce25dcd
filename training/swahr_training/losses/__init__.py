"""What the network is told to change: one class a kind."""
