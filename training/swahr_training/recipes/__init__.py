"""How the bundled weights were made: MoveNet's trunk, grouping learnt from layouts, the file that ships."""
