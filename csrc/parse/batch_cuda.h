// The parse of a batch on the GPU, on a stream, without a word to the host: it can be captured in a CUDA graph.
#pragma once

#include "common/sources.h"
#include "parse/batch.h"

struct CUstream_st;

namespace swahr {

using CudaStream = CUstream_st*;

// All pointers are the device's. Throws std::runtime_error where CUDA refuses a launch, with the kernel's name.
void parse_batch_on_cuda(const StoredSource& source, const BatchSizes& sizes, const BatchSettings& settings,
                         const BatchMemory& memory, CudaStream stream);
void parse_batch_on_cuda(const StageSource& source, const BatchSizes& sizes, const BatchSettings& settings,
                         const BatchMemory& memory, CudaStream stream);

// The steps of it, each in the file of its operation.
template <class Source>
void launch_peaks(const Source& source, const BatchSizes& sizes, const BatchSettings& settings, const BatchMemory& memory,
                  CudaStream stream);
void launch_match(const BatchSizes& sizes, const BatchSettings& settings, const BatchMemory& memory, CudaStream stream);
template <class Source>
void launch_refine(const Source& source, const BatchSizes& sizes, const BatchSettings& settings, const BatchMemory& memory,
                   CudaStream stream);

}  // namespace swahr
