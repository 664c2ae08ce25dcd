"""What the window knows: settings, facts for display, and the one place that tells all parts of changes."""
