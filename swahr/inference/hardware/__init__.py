"""What there is to compute on: devices, the types that they compute in, and CUDA's state, found out without torch."""
