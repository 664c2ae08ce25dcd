"""Settings by subject, where a subject has many; `swahr.config` has all of them by name."""
