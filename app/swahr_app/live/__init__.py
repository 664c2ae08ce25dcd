"""The live page: sources, the picture, its people, recording."""
