// Stage maps at input size, a tile at a time, and bounds that say which tiles need no look.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "common/grid.h"
#include "common/maps.h"

namespace swahr {

// Interpolation rounds: a mean of equal numbers may come out a few units of the last place larger than they
// are.
constexpr float kInterpolationSlack = 16 * std::numeric_limits<float>::epsilon();

// Interpolation along one axis, all places at once.
struct Axis {
  Axis(int target, int source);

  std::vector<std::int32_t> low, high;
  std::vector<float> weight;
  bool twice;  // the target is twice as long as the source
};

// How one stack is read. Made once a parse, shared by all threads.
struct StackAxes {
  explicit StackAxes(const Stack& stack);

  Axis outer_columns, outer_rows;                 // outer from middle
  std::vector<Axis> middle_columns, middle_rows;  // middle from each plane
};

struct StageAxes {
  explicit StageAxes(const StageMaps& maps)
      : heatmaps(maps.heatmaps), tags(maps.tags.begin(), maps.tags.end()) {}

  StackAxes heatmaps;
  std::vector<StackAxes> tags;  // [T]
};

// Values of a rectangle: that of its x-th column and y-th row is values[y * pitch + x].
struct TileView {
  const float* values;
  std::ptrdiff_t pitch;
};

// Reads rectangles of one stack; holds scratch memory, so each thread has its own.
class TileReader {
 public:
  TileReader(const Stack& stack, const StackAxes& axes) : stack_(stack), axes_(axes) {}

  // Compute what the middle map holds under `rect`. Returns at least its largest value, and at least 0:
  // infinity for maps that are read as they lie, where nothing is computed.
  float prepare(int joint, const Rect& rect);
  // The values of the prepared rectangle, in the map itself where it lies as it is read; until the next
  // `prepare`.
  TileView view();
  // Write them row after row, `pitch` floats apart.
  void write(float* out, std::ptrdiff_t pitch);

 private:
  void add_plane(const Plane& plane, const Axis& columns, const Axis& rows, bool first);

  const Stack& stack_;
  const StackAxes& axes_;
  int joint_ = 0;
  Rect rect_{}, middle_{};
  std::vector<float> values_, stretched_, written_;
};

// bound[tile]: at least the heatmap value of each pixel of the tile, and at least 0. Returns whether all
// planes are finite.
bool bound_heatmap(const Stack& stack, const StackAxes& axes, int joint, const TileGrid& grid, float* bound);

// low, high: [channels, tiles], a box that holds each number that the stack has in the tile. channels: 1, or
// as many as lie side by side, pixel after pixel, from the stack's single plane on.
void bound_tags(const Stack& stack, const StackAxes& axes, int joint, const TileGrid& grid, int channels,
                float* low, float* high);

}  // namespace swahr
