// SWAHR_HD marks what the processor and the GPU share: the per-element arithmetic, so that tests without a
// GPU prove it.
#pragma once

#ifdef __CUDACC__
#define SWAHR_HD __host__ __device__
#else
#define SWAHR_HD
#endif
