// What is done with whole rows of a map; for cpu.cpp alone, where it is compiled for what the machine has.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "common/dispatch.h"
#include "common/order.h"

namespace swahr {
namespace {

constexpr int kRun = 32;  // cells of a row that are looked at together
constexpr int kBlockColumns = 16, kBlockRows = 4;
constexpr int kPairs = 12, kShares = 5;  // that are applied in one pass over a row

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

// highest[i]: the largest value of the i-th block of four rows, as top_bits. column: [blocks *
// kBlockColumns], scratch that holds 0 beyond the width. Returns the largest magnitude, as bits.
SWAHR_DISPATCH
std::int32_t scan_blocks(const float* const* rows, int width, int blocks, std::int32_t* column,
                         std::int32_t* highest) {
  std::int32_t top = 0;
  std::fill(column, column + width, 0);
  for (int i = 0; i < kBlockRows; ++i) {  // one after the other, as they lie in memory
    const float* row = rows[i];
    SWAHR_NO_ALIAS
    for (int x = 0; x < width; ++x) {
      const std::int32_t bits = bits_of(row[x]);
      column[x] = std::max(column[x], bits);
      top = std::max(top, bits & 0x7fffffff);
    }
  }
  for (int block = 0; block < blocks; ++block) {
    std::int32_t here = 0;
    for (int x = 0; x < kBlockColumns; ++x) here = std::max(here, column[block * kBlockColumns + x]);
    highest[block] = here;
  }
  return top;
}

// out[x] = the sum of as many values, each by its share, of which the i-th lies at from[i][x].
SWAHR_DISPATCH
void mix_rows(const float* const* from, const float* shares, int count, float* out) {
  const float *a = from[0], *b = from[1], *c = from[2], *d = from[3], *e = from[4];
  SWAHR_NO_ALIAS
  for (int x = 0; x < count; ++x)
    out[x] += shares[0] * a[x] + shares[1] * b[x] + shares[2] * c[x] + shares[3] * d[x] + shares[4] * e[x];
}

template <std::size_t... kPair>
inline float weighed_pairs(const float* const* pairs, const float* weights, int x,
                           std::index_sequence<kPair...> /*each*/) {
  return ((weights[kPair] * (pairs[2 * kPair][x] + pairs[2 * kPair + 1][x])) + ...);
}

// out[x] = middle * from[0][x], and the weighted sum of pairs, of which the i-th lies at from[1 + 2 * i][x]
// and from[2 + 2 * i][x]. pairs: a multiple of kPairs, not 0.
SWAHR_DISPATCH
void weigh(const float* const* from, float middle, const float* weights, int pairs, int count, float* out) {
  for (int i = 0; i < pairs; i += kPairs) {
    const float* before = i == 0 ? from[0] : out;
    const float w = i == 0 ? middle : 1.0f;
    SWAHR_NO_ALIAS
    for (int x = 0; x < count; ++x)
      out[x] =
          w * before[x] + weighed_pairs(from + 1 + 2 * i, weights + i, x, std::make_index_sequence<kPairs>());
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
