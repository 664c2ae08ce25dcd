// Where a joint that a person lacks most likely is.
#pragma once

#include <cstddef>
#include <vector>

#include "common/maps.h"

namespace swahr {

// The search in one joint's maps, for any number of people. The maps are cut into blocks, and the heat and the
// tags of each are bounded once, so that a person's search looks into the few blocks that can hold the best pixel.
class JointSearch {
 public:
  // segment_max: of all joints, as from find_peaks; or null, then heat bounds nothing.
  JointSearch(const HeatMaps& heat, const TagMaps& tags, int joint, const float* segment_max);

  // For each mean tag [T] the pixel of the largest heat - round(distance of its tags to it), first in row order on ties.
  std::vector<std::ptrdiff_t> best_pixels(const std::vector<const float*>& means);

 private:
  struct Best {
    float value;
    std::ptrdiff_t pixel;
  };

  void bound_heat(const float* segment_max);
  void bound_tags();
  std::ptrdiff_t best_pixel(const float* mean);
  void look(int block, const float* mean, Best& best) const;
  const float* tags_at(std::ptrdiff_t pixel) const { return tags_.at(joint_, pixel); }

  const float* map_;
  const TagMaps tags_;
  int joint_, width_, height_, columns_, bands_, blocks_;
  std::vector<float> heat_;        // [blocks], at least the heat
  std::vector<float> low_, high_;  // [T, blocks], the box of the tags
  std::vector<float> bound_;       // [blocks], at least the value for the person who is searched for
};

}  // namespace swahr
