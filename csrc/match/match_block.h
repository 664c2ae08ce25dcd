// Tag matching of one image by a block of threads: the body of the CUDA kernel, which runs on the processor too.
//
// The order of every step, ties included, is that of match_cpu.cpp and hungarian.cpp, and costs are float64 as there.
#pragma once

#include <cmath>

#include "common/block.h"
#include "common/order.h"
#include "parse/batch.h"

namespace swahr {

template <class Block>
class Matcher {
 public:
  SWAHR_BLOCK Matcher(const Block& block, const BatchSizes& sizes, const BatchSettings& settings, const BatchMemory& memory,
                      int image, double* tables)
      : block_(block), sizes_(sizes), settings_(settings), memory_(memory), image_(image), channels_(sizes.channels) {
    const int n = sizes.grouped;
    cost_ = tables;
    distance_ = cost_ + sizes.best * n;
    row_potential_ = distance_ + sizes.best * n;
    column_potential_ = row_potential_ + n;
    shortest_ = column_potential_ + n;
    column_of_ = reinterpret_cast<int*>(shortest_ + n);
    row_of_ = column_of_ + n;
    came_from_ = row_of_ + n;
    unvisited_ = came_from_ + n;
    visited_ = unvisited_ + n;
    matched_ = visited_ + n;
    tag_sums_ = reinterpret_cast<float*>(matched_ + n);
    keys_ = tag_sums_ + n * channels_;
  }

  SWAHR_BLOCK void run() {
    const bool good = memory_.bad[2 * image_] == kAllGood && memory_.bad[2 * image_ + 1] == kAllGood;
    for (int position = 0; good && position < sizes_.joints; ++position) match_joint(settings_.order[position]);
    finish();
  }

 private:
  static constexpr int kNobody = -1;
  // More candidates than people: the surplus columns cost so much that they are taken last.
  static constexpr double kNoPerson = 1e10;

  SWAHR_BLOCK std::ptrdiff_t slot(int joint, int candidate) const {
    return offset(offset(image_, sizes_.joints, joint), sizes_.best, candidate);
  }
  SWAHR_BLOCK float* keypoint(int person, int joint) const {
    return memory_.keypoints + offset(offset(image_, sizes_.most_people(), person), sizes_.joints, joint) * sizes_.keypoint();
  }

  SWAHR_BLOCK void match_joint(int joint) {
    const int rows = memory_.count[offset(image_, sizes_.joints, joint)];
    // People are counted before this joint opens new ones.
    const int grouped = people_ < sizes_.grouped ? people_ : sizes_.grouped;
    if (rows == 0) return;
    if (grouped == 0) {
      for (int i = 0; i < rows; ++i) open(joint, i);
      return;
    }
    if (settings_.ignore_too_much && grouped == settings_.max_people) return;
    rows_ = rows;
    grouped_ = grouped;
    columns_ = rows > grouped ? rows : grouped;
    measure(joint);
    solve();
    for (int i = 0; i < rows; ++i) {
      const int p = column_of_[i];
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
      const double d = sqrt(sum);
      double c = d;
      // nearbyint rounds half to even.
      if (settings_.use_detection_value) c = nearbyint(d) * 100.0 - static_cast<double>(memory_.heat[slot(joint, i)]);
      if (settings_.break_ties) c += 1e-3 * d * d;
      distance_[place] = d;
      cost_[place] = c;
    });
  }

  SWAHR_BLOCK double at(int i, int j) const { return j < grouped_ ? cost_[i * grouped_ + j] : kNoPerson; }

  SWAHR_BLOCK void solve() {
    block_.each(columns_, [&](int j) {
      row_of_[j] = kNobody;
      column_potential_[j] = 0.0;
    });
    block_.each(rows_, [&](int i) {
      double least = at(i, 0);
      for (int j = 1; j < columns_; ++j) least = at(i, j) < least ? at(i, j) : least;
      row_potential_[i] = least;
      column_of_[i] = kNobody;
    });
    for (int i = 0; i < rows_; ++i) {
      const int free = block_.least(columns_, columns_, [&](int j) {
        return row_of_[j] == kNobody && at(i, j) == row_potential_[i] ? j : columns_;
      });
      if (free == columns_) continue;
      block_.once([&] {
        row_of_[free] = i;
        column_of_[i] = free;
      });
    }
    for (int i = 0; i < rows_; ++i) {
      if (column_of_[i] == kNobody) augment(i);
    }
  }

  // The shortest path by reduced costs from `row` to a free column, and the matches along it flipped.
  SWAHR_BLOCK void augment(int row) {
    const double unreached = static_cast<double>(float_of(kInfiniteBits));
    block_.each(columns_, [&](int j) {
      unvisited_[j] = columns_ - 1 - j;
      shortest_[j] = unreached;
    });
    double reached = 0.0;
    int from = row, end = kNobody, visited = 0;
    for (int left = columns_; end == kNobody; --left) {
      block_.each(left, [&](int k) {
        const int j = unvisited_[k];
        const double distance = reached + at(from, j) - row_potential_[from] - column_potential_[j];
        if (distance < shortest_[j]) {
          shortest_[j] = distance;
          came_from_[j] = from;
        }
      });
      const double least = block_.least(left, unreached, [&](int k) { return shortest_[unvisited_[k]]; });
      // Of the nearest the last free one, or else the first.
      const int choice = block_.largest(left, -1, [&](int k) {
        const int j = unvisited_[k];
        if (!(shortest_[j] == least)) return -1;
        return row_of_[j] == kNobody ? left + k : left - 1 - k;
      });
      const int nearest = choice >= left ? choice - left : left - 1 - choice;
      const int column = unvisited_[nearest];
      reached = least;
      if (row_of_[column] == kNobody) {
        end = column;
      } else {
        from = row_of_[column];
      }
      const int last = unvisited_[left - 1];
      block_.barrier();  // all have read what is written next
      if (end == kNobody) {
        block_.once([&] {
          visited_[visited] = column;
          unvisited_[nearest] = last;
        });
        ++visited;
      }
    }
    block_.once([&] { row_potential_[row] += reached; });
    block_.each(visited, [&](int k) {
      const int column = visited_[k];
      row_potential_[row_of_[column]] += reached - shortest_[column];
      column_potential_[column] -= reached - shortest_[column];
    });
    block_.once([&] {
      int column = end;
      for (int via = kNobody; via != row;) {
        via = came_from_[column];
        row_of_[column] = via;
        const int before = column_of_[via];
        column_of_[via] = column;
        column = before;
      }
    });
  }

  // A person is known by the first tag channel of the candidate that opened it. A candidate that would open a person
  // with a tag that is taken already goes to that person and begins its tags anew.
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
      to[2] = memory_.heat[from];
      for (int t = 0; t < channels_; ++t) {
        const float tag = memory_.tags[from * channels_ + t];
        to[3 + t] = tag;
        if (person < sizes_.grouped) tag_sums_[person * channels_ + t] += tag;
      }
      if (person < sizes_.grouped) ++matched_[person];
    });
  }

  // Scores, the mean tags that refine searches by, and a clean table for what it finds.
  SWAHR_BLOCK void finish() {
    const std::ptrdiff_t first = offset(image_, sizes_.most_people(), 0);
    block_.each(people_, [&](int p) {
      float heat = 0.0f;
      int found = 0;
      for (int k = 0; k < sizes_.joints; ++k) {
        const float value = keypoint(p, k)[2];
        heat += value;
        found += value > 0.0f;
      }
      memory_.scores[first + p] = heat / static_cast<float>(sizes_.joints);
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
  const BatchSizes& sizes_;
  const BatchSettings& settings_;
  const BatchMemory& memory_;
  const int image_, channels_;
  int people_ = 0, rows_ = 0, grouped_ = 0, columns_ = 0;
  double *cost_, *distance_, *row_potential_, *column_potential_, *shortest_;
  int *column_of_, *row_of_, *came_from_, *unvisited_, *visited_, *matched_;
  float *tag_sums_, *keys_;
};

}  // namespace swahr
