"""How photos of ImageNet are normalised, and with them those of nearly all networks that start from its weights."""

# Of RGB in [0, 1].
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
