// Part affinity fields to people: peaks of each joint, pairs of each limb, and people put together limb by
// limb (Cao et al., CVPR 2017, sections 2.3 and 2.4). `swahr.decode.paf_reference` is the same, written to be
// read.
#pragma once

#include <cstdint>
#include <vector>

namespace swahr {

// As `swahr.decode.paf_rules.PafRule` describes it. Cells are those of the maps.
struct PafRule {
  double min_peak;
  bool strict, diagonal;
  double blur, min_distance;
  int centroid, samples;
  bool both_ends;
  double min_field, min_share;
  bool mean_of_enough;
  double length_prior, min_length, near_part;
  bool merge, fill_weak;
  int min_joints;
  double min_mean;
};

struct PafLimb {
  int first, second;  // joints
  int x, y;           // channels of its field
  bool weak;          // opens nobody
};

// heatmaps: [K, H, W] and perhaps the background's. pafs: [channels, H, W].
struct PafMaps {
  const float* heatmaps;
  const float* pafs;
  int joints, channels, height, width;

  std::ptrdiff_t pixels() const { return static_cast<std::ptrdiff_t>(height) * width; }
};

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
  int bad_field;
};

// threads: 0 takes as many as the machine has.
PafResult group_pafs(const PafMaps& maps, const std::vector<PafLimb>& limbs, const PafRule& rule,
                     int threads);

}  // namespace swahr
