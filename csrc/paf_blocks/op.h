// Part affinity fields to people by blocks of threads, each step one kernel: what `group_pafs` gives, from
// and to the memory of a device.
#pragma once

#include "common/stream.h"
#include "paf/workspace.h"

namespace swahr {

// The sizes of a parse. pixels: of a map.
inline PafSizes paf_sizes(int joints, int limbs, std::ptrdiff_t pixels) {
  return {joints, limbs, pixels < kMaxCandidates ? static_cast<int>(pixels) : kMaxCandidates};
}

// Whether the kernels take such a parse.
bool takes_pafs(int limbs, const PafRule& rule);

// The rule's Gaussian.
PafBlur paf_blur(const PafRule& rule);

// The first runs the bodies on the processor, for tests that prove what the GPU will compute. The second
// launches them on a stream without a word to the host; throws std::runtime_error where CUDA refuses a
// launch, with the kernel's name.
void group_pafs_by_blocks(const PafMaps& maps, const PafLimbs& limbs, const PafRule& rule,
                          const PafBlur& blur, const PafSizes& sizes, const PafMemory& memory);
void launch_pafs(const PafMaps& maps, const PafLimbs& limbs, const PafRule& rule, const PafBlur& blur,
                 const PafSizes& sizes, const PafMemory& memory, CudaStream stream);

}  // namespace swahr
