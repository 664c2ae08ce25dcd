"""What works in threads. Nothing here knows Qt: results go to plain callables."""
