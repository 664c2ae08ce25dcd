"""Photos and labels varied, drawn and gathered: what one step of training sees."""
