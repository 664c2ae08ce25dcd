// A CUDA stream, for files that know no CUDA.
#pragma once

struct CUstream_st;

namespace swahr {

using CudaStream = CUstream_st*;

}  // namespace swahr
