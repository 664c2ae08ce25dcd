// What is done with whole rows of a map; for cpu.cpp alone, where it is compiled for what the machine has.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "common/dispatch.h"
#include "common/order.h"

namespace swahr {
namespace {

constexpr int kRun = 32;  // cells of a row that are looked at together
constexpr int kBlockColumns = 8, kBlockRows = 4;
// That are applied in one pass over a row: each row takes a register.
constexpr int kPairs = 12, kRowPairs = 6, kShares = 5;

// above[i]: whether any cell of the row's i-th run is at least that high. Returns the row's largest
// magnitude, as bits.
SWAHR_DISPATCH
std::int32_t scan_row(const float* row, int width, float least, std::int32_t* above) {
  std::int32_t top = 0;
  const int whole = width / kRun;
  for (int run = 0; run < whole; ++run) {
    std::int32_t here = 0;
    for (int x = run * kRun; x < (run + 1) * kRun; ++x) {
      here |= static_cast<std::int32_t>(row[x] >= least);
      top = std::max(top, bits_of(row[x]) & 0x7fffffff);
    }
    above[run] = here;
  }
  std::int32_t last = 0;
  for (int x = whole * kRun; x < width; ++x) {
    last |= static_cast<std::int32_t>(row[x] >= least);
    top = std::max(top, bits_of(row[x]) & 0x7fffffff);
  }
  above[whole] = last;
  return top;
}

// Joins neighbours in pairs: values[i] = the larger of values[2 * i] and values[2 * i + 1].
SWAHR_DISPATCH
void halve(std::int32_t* values, int count) {
  SWAHR_NO_ALIAS  // what is written lies before all that is still read
      for (int i = 0; i < count / 2; ++i) values[i] = std::max(values[2 * i], values[2 * i + 1]);
}

// column[x]: the largest value of four rows there, at least 0, as bits. Returns the largest magnitude, as
// bits.
SWAHR_DISPATCH
std::int32_t scan_rows(const float* const* rows, int width, std::int32_t* column) {
  std::int32_t highest = 0;
  std::uint32_t lowest = 0;               // of a negative value, whose bits are more than those of any other
  for (int i = 0; i < kBlockRows; ++i) {  // one after the other, as they lie in memory
    const float* row = rows[i];
    SWAHR_NO_ALIAS
    for (int x = 0; x < width; ++x) {
      const std::int32_t bits = bits_of(row[x]), before = i == 0 ? 0 : column[x];
      column[x] = std::max(before, bits);
      lowest = std::max(lowest, static_cast<std::uint32_t>(bits));
    }
  }
  for (int x = 0; x < width; ++x) highest = std::max(highest, column[x]);
  return std::max(highest, static_cast<std::int32_t>(lowest & 0x7fffffff));
}

// out[i] = what a row's blur can be at most in block i. highest: of each block, and of two more to either
// side. beside, beyond: so much of the Gaussian lies at most outside the block to one side, and outside the
// next one.
SWAHR_DISPATCH
void bound_blocks(const float* highest, int blocks, float beside, float beyond, float* out) {
  SWAHR_NO_ALIAS
  for (int i = 0; i < blocks; ++i) {
    const float* at = highest + i;
    const float left = std::max(at[1], at[2]), right = std::max(at[3], at[2]);
    const float far = std::max(at[0] - left, 0.0f) + std::max(at[4] - right, 0.0f);
    out[i] = at[2] + beside * ((left - at[2]) + (right - at[2])) + beyond * far;
  }
}

// out[x] = the sum of as many values, each by its share, of which the i-th lies at from[i][x].
SWAHR_DISPATCH
void mix_rows(const float* const* from, const float* shares, int count, float* out) {
  const float *a = from[0], *b = from[1], *c = from[2], *d = from[3], *e = from[4];
  SWAHR_NO_ALIAS
  for (int x = 0; x < count; ++x)
    out[x] += shares[0] * a[x] + shares[1] * b[x] + shares[2] * c[x] + shares[3] * d[x] + shares[4] * e[x];
}

// Values of which the compiler knows that what a loop writes is none of them, so that they stay in registers.
template <class T, std::size_t kCount>
inline std::array<T, kCount> taken(const T* from) {
  std::array<T, kCount> values;
  std::copy(from, from + kCount, values.begin());
  return values;
}

template <std::size_t... kPair>
inline float weighed_pairs(const std::array<const float*, 2 * sizeof...(kPair)>& pairs,
                           const std::array<float, sizeof...(kPair)>& weights, int x,
                           std::index_sequence<kPair...> /*each*/) {
  return ((weights[kPair] * (pairs[2 * kPair][x] + pairs[2 * kPair + 1][x])) + ...);
}

// out[x] = middle * from[0][x], and the weighted sum of pairs, of which the i-th lies at from[1 + 2 * i][x]
// and from[2 + 2 * i][x]. pairs: a multiple of kPairs, not 0.
SWAHR_DISPATCH
void weigh_rows(const float* const* from, float middle, const float* weights, int pairs, int count,
                float* out) {
  for (int i = 0; i < pairs; i += kRowPairs) {
    const float* before = i == 0 ? from[0] : out;
    const float w = i == 0 ? middle : 1.0f;
    const auto pair = taken<const float*, 2 * kRowPairs>(from + 1 + 2 * i);
    const auto each = taken<float, kRowPairs>(weights + i);
    SWAHR_NO_ALIAS
    for (int x = 0; x < count; ++x)
      out[x] = w * before[x] + weighed_pairs(pair, each, x, std::make_index_sequence<kRowPairs>());
  }
}

template <std::size_t... kPair>
inline float weighed_beside(const float* at, int nearest, const std::array<float, sizeof...(kPair)>& weights,
                            std::index_sequence<kPair...> /*each*/) {
  const auto away = [&](std::size_t pair) { return nearest + static_cast<int>(pair); };
  return ((weights[kPair] * (at[-away(kPair)] + at[away(kPair)])) + ...);
}

// out[x] = middle * row[x], and the weighted sum of as many cells to either side. pairs: a multiple of
// kPairs, not 0.
SWAHR_DISPATCH
void weigh_along(const float* row, float middle, const float* weights, int pairs, int count, float* out) {
  for (int i = 0; i < pairs; i += kPairs) {
    const float* before = i == 0 ? row : out;
    const float w = i == 0 ? middle : 1.0f;
    const auto each = taken<float, kPairs>(weights + i);
    SWAHR_NO_ALIAS
    for (int x = 0; x < count; ++x)
      out[x] = w * before[x] + weighed_beside(row + x, i + 1, each, std::make_index_sequence<kPairs>());
  }
}

// marks[x]: 0 where a cell is surely no peak, 1 where it may be one, 2 where it surely is. Returns whether
// any may be.
SWAHR_DISPATCH
int mark_cells(const float* above, const float* row, const float* below, int count, float least, float slack,
               std::int32_t* marks) {
  std::int32_t any = 0;
  SWAHR_NO_ALIAS
  for (int x = 0; x < count; ++x) {
    const float beside = row[x - 1] > row[x + 1] ? row[x - 1] : row[x + 1];
    const float along = above[x] > below[x] ? above[x] : below[x];
    const float around = beside > along ? beside : along, most = around > least ? around : least;
    const auto maybe = static_cast<std::int32_t>(row[x] + slack >= most),
               surely = static_cast<std::int32_t>(row[x] - slack > most);
    any |= marks[x] = maybe + surely;
  }
  return any;
}

}  // namespace
}  // namespace swahr
