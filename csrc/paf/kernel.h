// The pairs of a limb and the people made of all limbs' pairs: bodies that the processor and the CUDA kernels
// share.
#pragma once

#include "common/block.h"
#include "paf/limb.h"
#include "paf/workspace.h"

namespace swahr {

// The second joint that suits a first one best, the first of equal ones; -1 where none does.
SWAHR_HD inline int best_of_row(const double* supports, int columns) {
  int best = -1;
  for (int b = 0; b < columns; ++b) {
    if (supports[b] > 0 && (best < 0 || supports[b] > supports[best])) best = b;
  }
  return best;
}

// The best pairs of a limb, each candidate once; equal ones by their numbers. supports: [count of the first,
// count of the second]. best: [count of the first]. pairs: room for as many. Returns how many there are.
template <class Block>
SWAHR_BLOCK int pair_limb(const Block& block, const PafMaps& maps, const PafRule& rule, const PafSizes& sizes,
                          const PafMemory& memory, const PafLimb& limb, double* supports, int* best,
                          PafPair* pairs) {
  const int rows = memory.count[limb.first], columns = memory.count[limb.second];
  const double* first = memory.xy + 2 * static_cast<std::ptrdiff_t>(limb.first) * sizes.candidates;
  const double* second = memory.xy + 2 * static_cast<std::ptrdiff_t>(limb.second) * sizes.candidates;
  block.each(rows * columns, [&](int place) {
    const int a = place / columns, b = place % columns;
    if (b == 0) block.poll();
    supports[place] = limb_score(maps.pafs + limb.x * maps.pixels(), maps.pafs + limb.y * maps.pixels(),
                                 maps.height, maps.width, first + 2 * a, second + 2 * b, rule);
  });
  block.each(rows, [&](int a) { best[a] = best_of_row(supports + a * columns, columns); });
  const auto support = [&](int a) { return best[a] < 0 ? 0.0 : supports[a * columns + best[a]]; };
  int count = 0;
  for (;; ++count) {
    const double highest = block.largest(rows, 0.0, support);
    if (!(highest > 0)) break;
    const int a = block.least(rows, rows, [&](int row) { return support(row) == highest ? row : rows; });
    const int b = best[a];
    block.once([&] { pairs[count] = {a, b, highest}; });
    block.each(rows, [&](int row) {
      supports[row * columns + b] = 0;
      if (row == a) {
        best[row] = -1;
      } else if (best[row] == b) {
        best[row] = best_of_row(supports + row * columns, columns);
      }
    });
  }
  return count;
}

// Puts people together, limb by limb.
template <class Block>
class PafAssembly {
 public:
  SWAHR_BLOCK PafAssembly(const Block& block, const PafSizes& sizes, const PafRule& rule,
                          const PafMemory& memory)
      : block_(block), sizes_(sizes), rule_(rule), memory_(memory) {}

  SWAHR_BLOCK void add(const PafLimb& limb, const PafPair& pair) {
    if (rule_.fill_weak && limb.weak) {
      block_.each(people_, [&](int person) { fill(person, limb, pair); });
      return;
    }
    const int one = next(0, limb, pair);
    if (one == people_) {
      if (!limb.weak) open(limb, pair);
      return;
    }
    if (!rule_.merge) {
      block_.each(people_, [&](int person) {
        if (has(person, limb, pair)) give(person, limb, pair);
      });
      return;
    }
    const int other = next(one + 1, limb, pair);
    const bool two = other < people_ && next(other + 1, limb, pair) == people_;
    if (two && !share_a_joint(one, other)) {
      join(one, other, pair.score);
    } else {
      const bool wanted = other < people_ || joints(one)[limb.second] != pair.second;
      block_.barrier();  // what was read may now be written
      if (wanted) block_.once([&] { give(one, limb, pair); });
    }
  }

  // Leave out those who are nobody by the rule, and tell how many are left.
  SWAHR_BLOCK void finish() {
    block_.once([&] {
      int kept = 0;
      for (int person = 0; person < people_; ++person) {
        const int size = memory_.size[person];
        const double total = memory_.total[person];
        if (size < 0) continue;
        const int feet = feet_of(person), counted = size - feet;
        if (feet > 0 && counted <= kMaxBesideFeet) continue;
        if (counted < rule_.min_joints || !(total / counted >= rule_.min_mean)) continue;
        for (int k = 0; k < sizes_.joints; ++k) joints(kept)[k] = joints(person)[k];
        memory_.total[kept] = total;
        memory_.size[kept] = size;
        ++kept;
      }
      *memory_.people = kept;
    });
  }

 private:
  SWAHR_BLOCK int* joints(int person) const {
    return memory_.joints + static_cast<std::ptrdiff_t>(person) * sizes_.joints;
  }
  SWAHR_BLOCK int feet_of(int person) const {
    int found = 0;
    const int first = sizes_.joints > rule_.feet ? sizes_.joints - rule_.feet : 0;
    for (int k = first; k < sizes_.joints; ++k) found += joints(person)[k] >= 0;
    return found;
  }
  SWAHR_BLOCK double value(int joint, int candidate) const {
    return memory_.score[static_cast<std::ptrdiff_t>(joint) * sizes_.candidates + candidate];
  }

  SWAHR_BLOCK bool has(int person, const PafLimb& limb, const PafPair& pair) const {
    if (memory_.size[person] < 0) return false;
    return joints(person)[limb.first] == pair.first ||
           (rule_.merge && joints(person)[limb.second] == pair.second);
  }

  // The first person from `from` on who has one of the pair's joints; people_ where there is none.
  SWAHR_BLOCK int next(int from, const PafLimb& limb, const PafPair& pair) const {
    if (from >= people_) return people_;
    return block_.least(people_ - from, people_,
                        [&](int i) { return has(from + i, limb, pair) ? from + i : people_; });
  }

  SWAHR_BLOCK void fill(int person, const PafLimb& limb, const PafPair& pair) const {
    if (memory_.size[person] < 0) return;
    int &a = joints(person)[limb.first], &b = joints(person)[limb.second];
    if (a == pair.first && b < 0) {
      b = pair.second;
    } else if (b == pair.second && a < 0) {
      a = pair.first;
    }
  }

  SWAHR_BLOCK void open(const PafLimb& limb, const PafPair& pair) {
    const int person = people_;
    block_.each(sizes_.joints, [&](int k) { joints(person)[k] = -1; });
    block_.once([&] {
      joints(person)[limb.first] = pair.first;
      joints(person)[limb.second] = pair.second;
      memory_.total[person] = value(limb.first, pair.first) + value(limb.second, pair.second) + pair.score;
      memory_.size[person] = 2;
    });
    ++people_;
  }

  SWAHR_BLOCK void give(int person, const PafLimb& limb, const PafPair& pair) const {
    joints(person)[limb.second] = pair.second;
    memory_.total[person] += value(limb.second, pair.second) + pair.score;
    ++memory_.size[person];
  }

  SWAHR_BLOCK bool share_a_joint(int one, int other) const {
    return block_.largest(sizes_.joints, 0, [&](int k) {
      return static_cast<int>(joints(one)[k] >= 0 && joints(other)[k] >= 0);
    }) > 0;
  }

  SWAHR_BLOCK void join(int one, int other, double score) const {
    block_.each(sizes_.joints, [&](int k) {
      if (joints(other)[k] > joints(one)[k]) joints(one)[k] = joints(other)[k];
    });
    block_.once([&] {
      memory_.total[one] += memory_.total[other] + score;
      memory_.size[one] += memory_.size[other];
      memory_.size[other] = -1;
    });
  }

  const Block& block_;
  const PafSizes& sizes_;
  const PafRule& rule_;
  const PafMemory& memory_;
  int people_ = 0;
};

// A channel that a limb reads: of limb `field / 2` x, then y.
SWAHR_HD inline int field_channel(const PafLimbs& limbs, int field) {
  const PafLimb& limb = limbs.limbs[field / 2];
  return field % 2 == 0 ? limb.x : limb.y;
}

// The pairs of one of the limbs, to the memory of a parse by blocks.
template <class Block>
SWAHR_BLOCK void pair_limb_of(const Block& block, const PafMaps& maps, const PafLimbs& limbs,
                              const PafRule& rule, const PafSizes& sizes, const PafMemory& memory, int limb) {
  const std::ptrdiff_t most = sizes.candidates, first = limb * most;
  const bool good = memory.bad[1] == kNoneBad;
  const int count =
      !good ? 0
            : pair_limb(block, maps, rule, sizes, memory, limbs.limbs[limb], memory.supports + first * most,
                        memory.best + first, memory.pairs + first);
  block.once([&] { memory.pair_count[limb] = count; });
}

// People of all limbs' pairs, from and to that memory.
template <class Block>
SWAHR_BLOCK void assemble_people(const Block& block, const PafLimbs& limbs, const PafRule& rule,
                                 const PafSizes& sizes, const PafMemory& memory) {
  PafAssembly<Block> assembly(block, sizes, rule, memory);
  for (int limb = 0; limb < limbs.count; ++limb) {
    const PafPair* pairs = memory.pairs + static_cast<std::ptrdiff_t>(limb) * sizes.candidates;
    for (int i = 0; i < memory.pair_count[limb]; ++i) assembly.add(limbs.limbs[limb], pairs[i]);
  }
  assembly.finish();
}

}  // namespace swahr
