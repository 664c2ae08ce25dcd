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

// The search in one joint's maps, for all the people who lack the joint: a tile is computed once, when it may hold
// the best pixel of somebody.
class StageSearch {
 public:
  // tile_max: [tiles] of this joint, as from find_stage_peaks.
  StageSearch(const StageMaps& stages, const StageAxes& axes, int joint, const float* tile_max);

  // For each mean tag [T] the pixel of the largest heat - round(distance of its tags to it), first in row order on ties.
  std::vector<std::ptrdiff_t> best_pixels(const std::vector<const float*>& means);

 private:
  struct Best {
    float value;
    std::ptrdiff_t pixel;
  };

  float prepare(int tile);  // the heat of the tile before its last step; returns at least its largest
  void compute(int tile);   // the rest, after prepare
  void look(int tile, const float* mean, Best& best) const;

  const StageMaps& stages_;
  const int joint_;
  const TileGrid grid_;
  const float* heat_;              // [tiles], at least the heat
  std::vector<float> low_, high_;  // [T, tiles], the box of the tags
  std::vector<Upsampler> upsamplers_;
  std::vector<float> maps_;  // of the computed tile: heat, then T tags, each [kTileRows, kTileWidth]
};

}  // namespace swahr
