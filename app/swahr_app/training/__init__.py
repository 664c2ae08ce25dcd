"""The training page: a run as a process of its own, its curves and samples, and the check of labels."""
