// The parse: maps to people, as numbers that interpolation gives at the input's size, without ever storing
// them.
#pragma once

#include <vector>

#include "common/maps.h"
#include "common/stream.h"
#include "match/op.h"
#include "parse/settings.h"
#include "parse/workspace.h"

namespace swahr {

struct TileSource;

struct ParseResult {
  People people;
  int bad_heatmap_joint, bad_tag_joint;  // -1, or the first joint with a heatmap value, or with a tag at a
                                         // candidate, that is not finite
};

// People of one image. Maps that are as large as the input are read as they lie. threads: 0 takes as many as
// the machine has.
ParseResult parse_maps(const StageMaps& maps, const ParseSettings& settings, int threads);

// People of a batch by the kernels' bodies. The first runs them on the processor one after the other: slow,
// for tests that prove what the GPU will compute. The second launches them on a stream, without a word to the
// host, so that it can be captured in a CUDA graph; all pointers are the device's; throws std::runtime_error
// where CUDA refuses a launch, with the kernel's name.
void parse_batch_on_cpu(const TileSource& source, const ParseSizes& sizes, const ParseSettings& settings,
                        const ParseMemory& memory);
void parse_batch_on_cuda(const TileSource& source, const ParseSizes& sizes, const ParseSettings& settings,
                         const ParseMemory& memory, CudaStream stream);

}  // namespace swahr
