// Where a joint that a person lacks most likely is, straight from the stage maps.
#pragma once

#include <cstddef>
#include <vector>

#include "common/stages.h"
#include "common/tiles.h"

namespace swahr {

// The axes of heat and tags: of one size where only the planes differ, so they are made once a parse.
struct StageAxes {
  explicit StageAxes(const StageMaps& stages);

  StackAxes heat;
  std::vector<StackAxes> tags;  // [T]
};

// The search in one joint's maps, for any number of people: a tile is computed when it may hold the best pixel of
// somebody, and kept for the others.
class StageSearch {
 public:
  // tile_max: [tiles] of this joint, as from find_stage_peaks.
  StageSearch(const StageMaps& stages, const StageAxes& axes, int joint, const float* tile_max);

  // The pixel of the largest heat - round(distance of its tags to `mean`), first in row order on ties.
  std::ptrdiff_t best_pixel(const float* mean);

 private:
  struct Best {
    float value;
    std::ptrdiff_t pixel;
  };

  void look(int tile, const float* mean, Best& best);
  const float* values_of(int tile);

  const StageMaps& stages_;
  const StageAxes& axes_;
  const int joint_;
  const TileGrid grid_;
  const float* heat_;                      // [tiles], at least the heat
  std::vector<float> low_, high_, bound_;  // [T, tiles] the box of the tags, and [tiles]
  std::vector<std::vector<float>> tiles_;  // heat, then T tags, each [kTileRows, kTileWidth]; empty until looked at
};

}  // namespace swahr
