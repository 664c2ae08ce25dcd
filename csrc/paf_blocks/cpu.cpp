#include <algorithm>

#include "paf/kernel.h"
#include "paf_blocks/op.h"
#include "paf_peaks/gaussian.h"
#include "paf_peaks/kernel.h"

namespace swahr {

bool takes_pafs(int limbs, const PafRule& rule) { return limbs <= kMaxLimbs && rule.blur <= kMaxBlur; }

PafBlur paf_blur(const PafRule& rule) {
  PafBlur blur{0, {1.0}};
  if (rule.blur <= 0) return blur;
  const std::vector<double> weights = gaussian(rule.blur);
  blur.reach = static_cast<int>(weights.size() / 2);
  std::copy(weights.begin() + blur.reach, weights.end(), blur.weights);
  return blur;
}

void group_pafs_by_blocks(const PafMaps& maps, const PafLimbs& limbs, const PafRule& rule,
                          const PafBlur& blur, const PafSizes& sizes, const PafMemory& memory) {
  const HostBlock block;
  const int chunks = paf_chunks(maps);
  std::fill_n(memory.bad, 2, kNoneBad);
  std::fill_n(memory.found, maps.joints, 0);
  const auto each_chunk = [&](int maps_count, const auto& f) {
    for (int map = 0; map < maps_count; ++map) {
      for (int chunk = 0; chunk < chunks; ++chunk) {
        block.poll();
        f(map, chunk);
      }
    }
  };
  if (memory.blurred != nullptr) {
    each_chunk(maps.joints,
               [&](int joint, int chunk) { blur_columns(block, maps, blur, memory, joint, chunk); });
    each_chunk(maps.joints,
               [&](int joint, int chunk) { blur_rows(block, maps, blur, memory, joint, chunk); });
  }
  each_chunk(maps.joints, [&](int joint, int chunk) { find_cells(block, maps, rule, memory, joint, chunk); });
  each_chunk(2 * limbs.count, [&](int field, int chunk) {
    check_field(block, maps, memory, field_channel(limbs, field), chunk);
  });
  for (int joint = 0; joint < maps.joints; ++joint)
    PafCandidatesOfJoint<HostBlock>(block, maps, rule, sizes, memory, joint).run();
  for (int limb = 0; limb < limbs.count; ++limb) pair_limb_of(block, maps, limbs, rule, sizes, memory, limb);
  assemble_people(block, limbs, rule, sizes, memory);
}

}  // namespace swahr
