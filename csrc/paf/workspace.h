// The memory of a parse of one image by blocks of threads: what comes out, and what lies in between.
//
// K joints, L limbs, M = candidates of a joint, P = people_capacity().
#pragma once

#include <cstddef>
#include <type_traits>

#include "common/block.h"
#include "common/host_device.h"
#include "paf/settings.h"

namespace swahr {

constexpr int kMaxCandidates = 512;  // of a joint: `swahr.decode.paf_rules.MAX_CANDIDATES`
// What a launch takes along: limbs, and a Gaussian of up to 15 cells.
constexpr int kMaxLimbs = 64, kMaxReach = 63;
constexpr double kMaxBlur = 15;

struct PafSizes {
  int joints, limbs, candidates;

  // Each pair may open a person.
  SWAHR_HD int people_capacity() const { return limbs * candidates; }
};

struct PafLimbs {
  int count;
  PafLimb limbs[kMaxLimbs];
};

// A Gaussian's weights, from its middle on; reach 0: there is none.
struct PafBlur {
  int reach;
  double weights[kMaxReach + 1];
};

// Untouched means that no map was bad.
constexpr int kNoneBad = 0x7f7f7f7f;

struct PafPair {
  int first, second;  // candidates, by their numbers among their joint's
  double score;
};

// Pointers to the device, or to the processor's memory.
struct PafMemory {
  // results
  int* bad;       // [2]: the first joint and the first channel whose map holds NaN or infinity; or kNoneBad
  int* count;     // [K], candidates
  double* xy;     // [K, M, 2]
  float* score;   // [K, M]
  int* people;    // [1], how many there are
  int* joints;    // [P, K], numbers of candidates among their joint's, -1 where there is none
  double* total;  // [P], values of joints and limbs
  int* size;      // [P], joints; -1 while the person is one with another
  // in between
  int* found;        // [K], peaks
  int* cells;        // [K, pixels], where they are
  double* columns;   // [K, pixels], blurred along columns; null where the rule has no blur
  double* blurred;   // [K, pixels]
  int* counter;      // [K]
  int* order;        // [K, 3, M], cells that were chosen, in their order, and whether each stays
  double* supports;  // [L, M, M], how well a field supports each pair
  int* best;         // [L, M], the second joint that suits each first one best
  int* pair_count;   // [L]
  PafPair* pairs;    // [L, M], best first
};

// Lay the memory in between out from `base` on (null to measure). Returns its size in bytes.
inline std::size_t lay_out(const PafSizes& sizes, std::size_t pixels, bool blurs, unsigned char* base,
                           PafMemory& memory) {
  std::size_t at = 0;
  const auto take = [&](auto*& place, std::size_t count) {
    place = base == nullptr ? nullptr : reinterpret_cast<std::remove_reference_t<decltype(place)>>(base + at);
    at += (count * sizeof(*place) + 255) / 256 * 256;
  };
  const auto joints = static_cast<std::size_t>(sizes.joints), limbs = static_cast<std::size_t>(sizes.limbs),
             candidates = static_cast<std::size_t>(sizes.candidates);
  take(memory.found, joints);
  take(memory.cells, joints * pixels);
  memory.columns = memory.blurred = nullptr;
  if (blurs) {
    take(memory.columns, joints * pixels);
    take(memory.blurred, joints * pixels);
  }
  take(memory.counter, joints);
  take(memory.order, 3 * joints * candidates);
  take(memory.supports, limbs * candidates * candidates);
  take(memory.best, limbs * candidates);
  take(memory.pair_count, limbs);
  take(memory.pairs, limbs * candidates);
  return at;
}

}  // namespace swahr
