// Stage maps at input size, a tile at a time, and bounds that tell which tiles need no look.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "common/grid.h"
#include "common/stages.h"

namespace swahr {

// Interpolation rounds: a mean of equal numbers may come out a few units of the last place larger than they are.
constexpr float kInterpolationSlack = 16 * std::numeric_limits<float>::epsilon();

// Interpolation along one axis, all places at once.
struct Axis {
  Axis(int target, int source);

  std::vector<std::int32_t> low, high;
  std::vector<float> weight;
  bool same, twice;  // the target is as long as the source, or twice as long
};

// How one stack is read. Made once a parse, shared by all threads.
struct StackAxes {
  explicit StackAxes(const Stack& stack);

  Axis outer_columns, outer_rows;                   // outer from middle
  std::vector<Axis> middle_columns, middle_rows;    // middle from each plane
};

// Computes tiles of one stack; holds scratch memory, so each thread has its own.
class Upsampler {
 public:
  Upsampler(const Stack& stack, const StackAxes& axes) : stack_(stack), axes_(axes) {}

  // Compute what the middle map holds under `rect`. Returns its largest value, or 0 if that is greater.
  float prepare(int joint, const Rect& rect);
  // Write the values of the prepared rectangle, row after row, `pitch` floats apart.
  void finish(float* out, std::ptrdiff_t pitch);

 private:
  void add_plane(int index, int joint, bool first);

  const Stack& stack_;
  const StackAxes& axes_;
  Rect rect_{}, middle_{};
  std::vector<float> values_, stretched_;
};

// heat[tile]: at least the heat of each pixel of the tile, and at least 0. Returns whether all planes are finite.
bool bound_heat(const Stack& stack, const StackAxes& axes, int joint, const TileGrid& grid, float* heat);

// low[tile], high[tile]: a box that holds each number that the stack has in the tile.
void bound_tags(const Stack& stack, const StackAxes& axes, int joint, const TileGrid& grid, float* low, float* high);

}  // namespace swahr
