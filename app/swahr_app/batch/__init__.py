"""The batch page: files one after the other, and the thread that works on them."""
