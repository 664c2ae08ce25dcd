"""Labelled data sets of every format that training and evaluation read, and what is wrong with them."""
