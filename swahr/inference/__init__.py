"""From frames to people: preprocess, network, aggregate, decode, postprocess, in that order."""
