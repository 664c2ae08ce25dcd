// Peaks of one joint's heatmap, as a rule of part affinity fields looks for them.
#pragma once

#include <vector>

#include "paf/settings.h"

namespace swahr {

struct Cell {
  int x, y;
};

// How much of a Gaussian lies at most in which blocks of rows, at a row of a block of them.
struct RowShares {
  static constexpr int kMost = 10;
  int block[kMost];  // those beyond the last one have no share
  float share[kMost];
};

// Made once for maps of one size, and shared by all threads.
class PafPeaks {
 public:
  PafPeaks(int height, int width, const PafRule& rule);

  // Put a map's peaks into `found`, row after row. Returns false where the map holds NaN or infinity.
  bool find(const float* map, std::vector<Cell>& found) const;

  int height, width;
  const PafRule& rule;
  std::vector<double> weights;    // of the Gaussian, [2 radius + 1]; empty where there is none
  std::vector<RowShares> shares;  // of each block of rows; empty where the Gaussian is too wide for the bound
};

}  // namespace swahr
