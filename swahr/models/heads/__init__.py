"""From features to outputs, one file a head; `register_head` is the door for others."""

from swahr.models.heads.base import HEADS, Head, HeadSettings, register_head

__all__ = ["HEADS", "Head", "HeadSettings", "register_head"]
