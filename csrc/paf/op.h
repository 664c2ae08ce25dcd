// Part affinity fields to people: peaks of each joint, pairs of each limb, and people put together limb by
// limb (Cao et al., CVPR 2017, sections 2.3 and 2.4). `swahr.decode.paf_reference` is the same, written to be
// read.
#pragma once

#include <cstdint>
#include <vector>

#include "paf/settings.h"

namespace swahr {

struct PafCandidates {
  std::vector<std::int32_t> joint;  // [C], ascending
  std::vector<double> xy;           // [C, 2]
  std::vector<double> score;        // [C]
};

struct PafPeople {
  std::vector<std::int32_t> joints;  // [P, K], numbers of candidates, -1 where there is none
  std::vector<double> total;         // [P], values of joints and limbs
  std::vector<std::int32_t> count;   // [P], joints
};

struct PafResult {
  PafCandidates candidates;
  PafPeople people;
  int bad_heatmap;  // -1, or the first map that holds NaN or infinity
  int bad_field;    // of those that a limb reads
};

// threads: 0 takes as many as the machine has.
PafResult group_pafs(const PafMaps& maps, const std::vector<PafLimb>& limbs, const PafRule& rule,
                     int threads);

}  // namespace swahr
