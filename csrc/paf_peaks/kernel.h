// The candidates of a joint by blocks of threads: bodies that the CUDA kernels run, and the processor in
// tests; what is computed for one cell serves every parse.
#pragma once

#include <cstddef>

#include "common/block.h"
#include "common/order.h"
#include "paf/workspace.h"
#include "paf_peaks/cell.h"

namespace swahr {

constexpr int kCellsOfBlock = 2048;

SWAHR_HD inline int paf_chunks(const PafMaps& maps) {
  return static_cast<int>((maps.pixels() + kCellsOfBlock - 1) / kCellsOfBlock);
}

// f(pixel) for the pixels of a chunk of a map.
template <class Block, class F>
SWAHR_BLOCK void each_cell(const Block& block, const PafMaps& maps, int chunk, const F& f) {
  const int first = chunk * kCellsOfBlock;
  const std::ptrdiff_t left = maps.pixels() - first;
  block.each(static_cast<int>(left < kCellsOfBlock ? left : kCellsOfBlock), [&](int i) { f(first + i); });
}

SWAHR_HD inline bool is_finite(float value) { return (bits_of(value) & 0x7fffffff) < kInfiniteBits; }

// Note the least channel of a field that holds NaN or infinity.
template <class Block>
SWAHR_BLOCK void check_field(const Block& block, const PafMaps& maps, const PafMemory& memory, int channel,
                             int chunk) {
  const float* map = maps.pafs + channel * maps.pixels();
  each_cell(block, maps, chunk, [&](int pixel) {
    if (!is_finite(map[pixel])) block.lower(memory.bad + 1, channel);
  });
}

// Blur along columns, then along rows; in the order of `blurred`, so that both give the same to the last bit.
template <class Block>
SWAHR_BLOCK void blur_columns(const Block& block, const PafMaps& maps, const PafBlur& blur,
                              const PafMemory& memory, int joint, int chunk) {
  const float* map = maps.heatmaps + joint * maps.pixels();
  double* out = memory.columns + joint * maps.pixels();
  each_cell(block, maps, chunk, [&](int pixel) {
    const int x = pixel % maps.width, y = pixel / maps.width;
    const auto at = [&](int row) {
      return map[static_cast<std::ptrdiff_t>(mirrored(row, maps.height)) * maps.width + x];
    };
    double sum = blur.weights[0] * map[pixel];
    for (int away = blur.reach; away > 0; --away) {
      sum += blur.weights[away] * (static_cast<double>(at(y - away)) + at(y + away));
    }
    out[pixel] = sum;
  });
}

template <class Block>
SWAHR_BLOCK void blur_rows(const Block& block, const PafMaps& maps, const PafBlur& blur,
                           const PafMemory& memory, int joint, int chunk) {
  const double* map = memory.columns + joint * maps.pixels();
  double* out = memory.blurred + joint * maps.pixels();
  each_cell(block, maps, chunk, [&](int pixel) {
    const int x = pixel % maps.width;
    const double* row = map + (pixel - x);
    double sum = blur.weights[0] * row[x];
    for (int away = blur.reach; away > 0; --away)
      sum += blur.weights[away] * (row[mirrored(x - away, maps.width)] + row[mirrored(x + away, maps.width)]);
    out[pixel] = sum;
  });
}

// Note the peaks among the cells of a chunk, in any order, and the first joint with NaN or infinity.
template <class Block>
SWAHR_BLOCK void find_cells(const Block& block, const PafMaps& maps, const PafRule& rule,
                            const PafMemory& memory, int joint, int chunk) {
  const float* map = maps.heatmaps + joint * maps.pixels();
  const double* blurred = memory.blurred == nullptr ? nullptr : memory.blurred + joint * maps.pixels();
  int* cells = memory.cells + joint * maps.pixels();
  each_cell(block, maps, chunk, [&](int pixel) {
    const int x = pixel % maps.width, y = pixel / maps.width;
    if (!is_finite(map[pixel])) block.lower(memory.bad, joint);
    const bool peak = blurred == nullptr
                          ? is_paf_peak(map, maps.width, maps.height, maps.width, x, y, rule)
                          : is_paf_peak(blurred, maps.width, maps.height, maps.width, x, y, rule);
    if (peak) cells[block.add(memory.found + joint, 1)] = pixel;
  });
}

// Make candidates of a joint's peaks: the highest, those that are far enough apart, in the order of the plain
// parse.
template <class Block>
class PafCandidatesOfJoint {
 public:
  SWAHR_BLOCK PafCandidatesOfJoint(const Block& block, const PafMaps& maps, const PafRule& rule,
                                   const PafSizes& sizes, const PafMemory& memory, int joint)
      : block_(block),
        maps_(maps),
        rule_(rule),
        joint_(joint),
        most_(sizes.candidates),
        map_(maps.heatmaps + joint * maps.pixels()),
        cells_(memory.cells + joint * maps.pixels()),
        counter_(memory.counter + joint),
        chosen_(memory.order + 3 * static_cast<std::ptrdiff_t>(joint) * sizes.candidates),
        sorted_(chosen_ + sizes.candidates),
        stays_(sorted_ + sizes.candidates),
        memory_(memory) {}

  SWAHR_BLOCK void run() const {
    const int found = *memory_.bad == kNoneBad ? memory_.found[joint_] : 0;
    choose(found);
    const int count = found < most_ ? found : most_;
    block_.each(count, [&](int i) {
      int place = 0;
      for (int j = 0; j < count; ++j) place += comes_before(chosen_[j], chosen_[i]);
      sorted_[place] = chosen_[i];
    });
    block_.each(count, [&](int i) { stays_[i] = 1; });
    if (rule_.min_distance > 0) keep_apart(count);
    block_.each(count, [&](int i) {
      if (!stays_[i]) return;
      int place = 0;
      for (int j = 0; j < i; ++j) place += stays_[j];
      write(place, sorted_[i]);
    });
    block_.once([&] {
      int kept = 0;
      for (int i = 0; i < count; ++i) kept += stays_[i];
      memory_.count[joint_] = kept;
    });
  }

 private:
  SWAHR_BLOCK Key key(int cell) const { return key_of(map_[cell], cell); }

  SWAHR_BLOCK bool comes_before(int one, int other) const {
    if (!(rule_.min_distance > 0)) return one < other;
    const int x = one % maps_.width, other_x = other % maps_.width;
    return x != other_x ? x < other_x : one < other;
  }

  // Take the highest, of equal ones those that come first; all keys differ.
  SWAHR_BLOCK void choose(int found) const {
    Key least = 0;
    for (int bit = 63; found > most_ && bit >= 0; --bit) {
      const Key higher = least | Key{1} << bit;
      if (count_from(found, higher) >= most_) least = higher;
    }
    block_.once([&] { *counter_ = 0; });
    block_.each(found, [&](int i) {
      if (key(cells_[i]) >= least) chosen_[block_.add(counter_, 1)] = cells_[i];
    });
  }

  SWAHR_BLOCK int count_from(int found, Key least) const {
    block_.poll();
    block_.once([&] { *counter_ = 0; });
    block_.each(found, [&](int i) {
      if (key(cells_[i]) >= least) block_.add(counter_, 1);
    });
    const int count = *counter_;
    block_.barrier();  // it is read before it is set anew
    return count;
  }

  SWAHR_BLOCK void keep_apart(int count) const {
    for (int i = 1; i < count; ++i) {
      const int x = sorted_[i] % maps_.width, y = sorted_[i] / maps_.width;
      const int near = block_.largest(i, 0, [&](int j) {
        const bool close = stays_[j] && is_near(x - sorted_[j] % maps_.width, y - sorted_[j] / maps_.width,
                                                rule_.min_distance);
        return static_cast<int>(close);
      });
      block_.once([&] { stays_[i] = 1 - near; });
    }
  }

  SWAHR_BLOCK void write(int place, int cell) const {
    const std::ptrdiff_t slot = static_cast<std::ptrdiff_t>(joint_) * most_ + place;
    place_of_peak(map_, maps_, rule_, cell % maps_.width, cell / maps_.width, memory_.xy + 2 * slot);
    memory_.score[slot] = map_[cell];
  }

  const Block& block_;
  const PafMaps& maps_;
  const PafRule& rule_;
  const int joint_, most_;
  const float* map_;
  const int* cells_;
  int *counter_, *chosen_, *sorted_, *stays_;
  const PafMemory& memory_;
};

}  // namespace swahr
