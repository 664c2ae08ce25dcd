"""What the window knows: settings, facts for display, and the one place that notifies all parts of changes."""
