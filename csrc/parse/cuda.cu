#include "parse/op.h"
#include "peaks/op.h"
#include "refine/op.h"

namespace swahr {

void parse_batch_on_cuda(const TileSource& source, const ParseSizes& sizes, const ParseSettings& settings,
                         const ParseMemory& memory, CudaStream stream) {
  launch_peaks(source, sizes, settings, memory, stream);
  launch_match(sizes, settings, memory, stream);
  launch_refine(source, sizes, settings, memory, stream);
}

}  // namespace swahr
