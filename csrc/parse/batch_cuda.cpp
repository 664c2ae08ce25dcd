#include "parse/batch_cuda.h"

namespace swahr {
namespace {

template <class Source>
void run(const Source& source, const BatchSizes& sizes, const BatchSettings& settings, const BatchMemory& memory, CudaStream stream) {
  launch_peaks(source, sizes, settings, memory, stream);
  launch_match(sizes, settings, memory, stream);
  launch_refine(source, sizes, settings, memory, stream);
}

}  // namespace

void parse_batch_on_cuda(const StoredSource& source, const BatchSizes& sizes, const BatchSettings& settings,
                         const BatchMemory& memory, CudaStream stream) {
  run(source, sizes, settings, memory, stream);
}

void parse_batch_on_cuda(const StageSource& source, const BatchSizes& sizes, const BatchSettings& settings,
                         const BatchMemory& memory, CudaStream stream) {
  run(source, sizes, settings, memory, stream);
}

}  // namespace swahr
