#include "nhwc_to_nchw/op.h"

#include <algorithm>
#include <cstring>

#include "common/dispatch.h"

namespace swahr {
namespace {

constexpr std::ptrdiff_t kSide = 8;  // of a square that registers turn
constexpr std::ptrdiff_t kRun =
    128;  // pixels whose values stay in the first cache while all their channels are taken

void turn_one_by_one(const float* nhwc, std::ptrdiff_t stride, std::ptrdiff_t pixels, std::ptrdiff_t channels,
                     float* nchw, std::ptrdiff_t plane) {
  for (std::ptrdiff_t c = 0; c < channels; ++c) {
    for (std::ptrdiff_t p = 0; p < pixels; ++p) nchw[c * plane + p] = nhwc[p * stride + c];
  }
}

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define SWAHR_VECTORS
#endif
#endif

#ifdef SWAHR_VECTORS
using Eight = float __attribute__((vector_size(32)));

// Pairs, then fours, then eights change places, as in three steps of a butterfly.
__attribute__((always_inline)) inline void turn_square(const float* nhwc, std::ptrdiff_t stride, float* nchw,
                                                       std::ptrdiff_t plane) {
  Eight row[8], pair[8], four[8];
  for (int i = 0; i < 8; ++i) std::memcpy(&row[i], nhwc + i * stride, sizeof(Eight));
  for (int i = 0; i < 8; i += 2) {
    pair[i] = __builtin_shufflevector(row[i], row[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    pair[i + 1] = __builtin_shufflevector(row[i], row[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (const int i : {0, 1, 4, 5}) {
    four[i] = __builtin_shufflevector(pair[i], pair[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    four[i + 2] = __builtin_shufflevector(pair[i], pair[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; ++i) {
    const Eight low = __builtin_shufflevector(four[i], four[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    const Eight high = __builtin_shufflevector(four[i], four[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    std::memcpy(nchw + i * plane, &low, sizeof(Eight));
    std::memcpy(nchw + (i + 4) * plane, &high, sizeof(Eight));
  }
}

// channels: at least kSide.
SWAHR_DISPATCH
void turn_run(const float* nhwc, std::ptrdiff_t stride, std::ptrdiff_t pixels, std::ptrdiff_t channels,
              float* nchw, std::ptrdiff_t plane) {
  const std::ptrdiff_t whole = pixels - pixels % kSide;
  for (std::ptrdiff_t first = 0; first < channels; first += kSide) {
    const std::ptrdiff_t c =
        std::min(first, channels - kSide);  // the last square may take channels a second time
    for (std::ptrdiff_t p = 0; p < whole; p += kSide)
      turn_square(nhwc + p * stride + c, stride, nchw + c * plane + p, plane);
  }
  turn_one_by_one(nhwc + whole * stride, stride, pixels - whole, channels, nchw + whole, plane);
}
#endif

}  // namespace

void nhwc_to_nchw(const float* nhwc, std::ptrdiff_t pixels, std::ptrdiff_t channels, float* nchw) {
  for (std::ptrdiff_t p = 0; p < pixels; p += kRun) {
    const std::ptrdiff_t run = std::min(kRun, pixels - p);
#ifdef SWAHR_VECTORS
    if (channels >= kSide) {
      turn_run(nhwc + p * channels, channels, run, channels, nchw + p, pixels);
      continue;
    }
#endif
    turn_one_by_one(nhwc + p * channels, channels, run, channels, nchw + p, pixels);
  }
}

}  // namespace swahr
