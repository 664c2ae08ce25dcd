"""From a source to finished files: one video or many, with a journal that outlives a crash."""
