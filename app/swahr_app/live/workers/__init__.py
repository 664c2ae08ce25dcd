"""What works in threads for the live page. Nothing here knows Qt's widgets: results go to plain callables."""
