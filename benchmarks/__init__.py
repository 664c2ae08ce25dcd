"""Speed and memory: figures with a reference from the same run. Nothing here is a test."""
