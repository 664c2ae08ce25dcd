"""The desktop app: its window is built on the library and never the other way round."""
