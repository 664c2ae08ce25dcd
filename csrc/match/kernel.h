// Tag matching of one image by a block of threads: the body that the processor and the CUDA kernel share.
#pragma once

#include <cmath>

#include "assignment/kernel.h"
#include "common/block.h"
#include "parse/settings.h"
#include "parse/workspace.h"

namespace swahr {

template <class Block>
class Matcher {
 public:
  // order: [K], in which joints are matched. tables: table_doubles(sizes) of them.
  SWAHR_BLOCK Matcher(const Block& block, const ParseSizes& sizes, const KernelSettings& settings,
                      const std::uint16_t* order, const ParseMemory& memory, int image, double* tables)
      : block_(block),
        sizes_(sizes),
        settings_(settings),
        order_(order),
        memory_(memory),
        image_(image),
        channels_(sizes.channels),
        cost_(tables),
        distance_(cost_ + pairs(sizes)),
        assignment_(block, distance_ + pairs(sizes), columns(sizes)) {
    const std::ptrdiff_t grouped = sizes.grouped;
    double* after = distance_ + pairs(sizes) + assignment_doubles(static_cast<std::size_t>(columns(sizes)));
    matched_ = reinterpret_cast<int*>(after);
    tag_sums_ = reinterpret_cast<float*>(matched_ + grouped);
    keys_ = tag_sums_ + grouped * channels_;
  }

  SWAHR_BLOCK void run() {
    const bool good = memory_.bad[2 * image_] == kAllGood && memory_.bad[2 * image_ + 1] == kAllGood;
    for (int position = 0; good && position < sizes_.joints; ++position) match_joint(order_[position]);
    finish();
  }

 private:
  // More candidates than people: the surplus columns cost so much that they are taken last.
  static constexpr double kNoPerson = 1e10;
  // Tags near the end of float32 have a sum beyond it: so far away is far enough, and costs stay within
  // kMaxCost.
  static constexpr double kFarthest = 1e45;

  SWAHR_BLOCK static std::ptrdiff_t pairs(const ParseSizes& sizes) {
    return static_cast<std::ptrdiff_t>(sizes.candidates) * sizes.grouped;
  }
  SWAHR_BLOCK static int columns(const ParseSizes& sizes) {
    return sizes.candidates > sizes.grouped ? sizes.candidates : sizes.grouped;
  }

  SWAHR_BLOCK std::ptrdiff_t slot(int joint, int candidate) const {
    return offset(offset(image_, sizes_.joints, joint), sizes_.candidates, candidate);
  }
  SWAHR_BLOCK float* keypoint(int person, int joint) const {
    return memory_.keypoints +
           offset(offset(image_, sizes_.people_capacity(), person), sizes_.joints, joint) * sizes_.keypoint();
  }

  SWAHR_BLOCK void match_joint(int joint) {
    const int rows = memory_.count[offset(image_, sizes_.joints, joint)];
    // People are counted before this joint opens new ones.
    const int grouped = people_ < sizes_.grouped ? people_ : sizes_.grouped;
    if (rows == 0) return;
    block_.poll();
    if (grouped == 0) {
      for (int i = 0; i < rows; ++i) open(joint, i);
      return;
    }
    if (settings_.ignore_too_much && grouped == settings_.max_people) return;
    rows_ = rows;
    grouped_ = grouped;
    measure(joint);
    assignment_.solve(rows, rows > grouped ? rows : grouped,
                      [&](int i, int j) { return j < grouped ? cost_[i * grouped + j] : kNoPerson; });
    for (int i = 0; i < rows; ++i) {
      const int p = assignment_.column_of(i);
      if (p < grouped && distance_[i * grouped + p] < settings_.tag_threshold) {
        add(p, joint, i);
      } else {
        open(joint, i);
      }
    }
  }

  SWAHR_BLOCK void measure(int joint) {
    block_.each(rows_ * grouped_, [&](int place) {
      const int i = place / grouped_, p = place % grouped_;
      const float* tags = memory_.tags + slot(joint, i) * channels_;
      double sum = 0.0;
      for (int t = 0; t < channels_; ++t) {
        const float mean = tag_sums_[p * channels_ + t] / static_cast<float>(matched_[p]);
        const double difference = static_cast<double>(tags[t]) - static_cast<double>(mean);
        sum += difference * difference;
      }
      const double root = sqrt(sum), d = root < kFarthest ? root : kFarthest;
      double c = d;
      // nearbyint rounds half to even.
      if (settings_.use_detection_value)
        c = nearbyint(d) * 100.0 - static_cast<double>(memory_.confidence[slot(joint, i)]);
      if (settings_.break_ties) c += 1e-3 * d * d;
      distance_[place] = d;
      cost_[place] = c;
    });
  }

  // A person is known by the first tag channel of the candidate that opened it. A candidate that would open a
  // person with a tag that is taken already goes to that person and begins its tags anew.
  SWAHR_BLOCK void open(int joint, int candidate) {
    const float key = memory_.tags[slot(joint, candidate) * channels_];
    const int known = block_.least(people_, people_, [&](int p) { return keys_[p] == key ? p : people_; });
    if (known == people_) {
      block_.once([&] { keys_[known] = key; });
      block_.each(sizes_.joints * sizes_.keypoint(), [&](int i) { keypoint(known, 0)[i] = 0.0f; });
      ++people_;
    }
    if (known < sizes_.grouped) {
      block_.each(channels_, [&](int t) { tag_sums_[known * channels_ + t] = 0.0f; });
      block_.once([&] { matched_[known] = 0; });
    }
    add(known, joint, candidate);
  }

  SWAHR_BLOCK void add(int person, int joint, int candidate) {
    const std::ptrdiff_t from = slot(joint, candidate);
    float* to = keypoint(person, joint);
    block_.once([&] {
      to[0] = static_cast<float>(memory_.xy[2 * from]);
      to[1] = static_cast<float>(memory_.xy[2 * from + 1]);
      to[2] = memory_.confidence[from];
      for (int t = 0; t < channels_; ++t) {
        const float tag = memory_.tags[from * channels_ + t];
        to[3 + t] = tag;
        if (person < sizes_.grouped) tag_sums_[person * channels_ + t] += tag;
      }
      if (person < sizes_.grouped) ++matched_[person];
    });
  }

  // Scores, the mean tags that refine searches by, and a clean table for what it finds. A tag is read once,
  // at its candidate: adjust leaves a joint within its pixel.
  SWAHR_BLOCK void finish() {
    const std::ptrdiff_t first = offset(image_, sizes_.people_capacity(), 0);
    block_.each(people_, [&](int p) {
      float total = 0.0f;
      int found = 0;
      for (int k = 0; k < sizes_.joints; ++k) {
        const float value = keypoint(p, k)[2];
        total += value;
        found += value > 0.0f;
      }
      memory_.scores[first + p] = total / static_cast<float>(sizes_.joints);
      for (int t = 0; t < channels_; ++t) {
        float sum = 0.0f;
        for (int k = 0; k < sizes_.joints; ++k) {
          if (keypoint(p, k)[2] > 0.0f) sum += keypoint(p, k)[3 + t];
        }
        memory_.means[(first + p) * channels_ + t] = sum / static_cast<float>(found > 0 ? found : 1);
      }
    });
    block_.each(people_ * sizes_.joints, [&](int i) { memory_.found[first * sizes_.joints + i] = 0; });
    block_.once([&] { memory_.people[image_] = people_; });
  }

  const Block& block_;
  const ParseSizes& sizes_;
  const KernelSettings& settings_;
  const std::uint16_t* order_;
  const ParseMemory& memory_;
  const int image_, channels_;
  int people_ = 0, rows_ = 0, grouped_ = 0;
  double *cost_, *distance_;
  Assignment<Block> assignment_;
  int* matched_;
  float *tag_sums_, *keys_;
};

}  // namespace swahr
