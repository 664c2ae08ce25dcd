#include <algorithm>
#include <cmath>

#include "match/hungarian.h"
#include "match/match.h"

namespace swahr {
namespace {

// More candidates than people: the surplus columns cost so much that they are taken last.
constexpr double kNoPerson = 1e10;

std::size_t u(int i) { return static_cast<std::size_t>(i); }

// People under construction: besides their joints, the sum of the tags that they have.
class Builder {
 public:
  Builder(int joints, int channels) : channels_(channels) { people_.joints = joints, people_.channels = channels; }

  int count() const { return static_cast<int>(matched_.size()); }

  // A person is known by the first tag channel of the candidate that opened it. A candidate that would open
  // a person with a tag that is taken already goes to that person and begins its tags anew, as in the
  // published code, whose people are the entries of a dictionary with that key.
  void open(const Candidates& from, int joint, int candidate) {
    const float key = from.tags[(u(joint) * u(from.best) + u(candidate)) * u(channels_)];
    const auto known = std::find(keys_.begin(), keys_.end(), key);
    if (known != keys_.end()) {
      const int person = static_cast<int>(known - keys_.begin());
      std::fill_n(tag_sums_.begin() + static_cast<std::ptrdiff_t>(person) * channels_, channels_, 0.0f);
      matched_[u(person)] = 0;
      add(person, from, joint, candidate);
      return;
    }
    keys_.push_back(key);
    people_.keypoints.resize(people_.keypoints.size() + u(people_.joints) * u(3 + channels_), 0.0f);
    people_.scores.push_back(0.0f);
    tag_sums_.resize(tag_sums_.size() + u(channels_), 0.0f);
    matched_.push_back(0);
    add(count() - 1, from, joint, candidate);
  }

  void add(int person, const Candidates& from, int joint, int candidate) {
    const std::size_t slot = u(joint) * u(from.best) + u(candidate);
    float* keypoint = people_.keypoint(person, joint);
    keypoint[0] = static_cast<float>(from.xy[2 * slot]);
    keypoint[1] = static_cast<float>(from.xy[2 * slot + 1]);
    keypoint[2] = from.heat[slot];
    for (int t = 0; t < channels_; ++t) {
      const float tag = from.tags[slot * u(channels_) + u(t)];
      keypoint[3 + t] = tag;
      tag_sums_[u(person) * u(channels_) + u(t)] += tag;
    }
    ++matched_[u(person)];
  }

  // The mean tag, in float32 as the tags are.
  float mean_tag(int person, int channel) const {
    return tag_sums_[u(person) * u(channels_) + u(channel)] / static_cast<float>(matched_[u(person)]);
  }

  People finish() {
    for (int p = 0; p < count(); ++p) {
      float sum = 0.0f;
      for (int k = 0; k < people_.joints; ++k) sum += people_.keypoint(p, k)[2];
      people_.scores[u(p)] = sum / static_cast<float>(people_.joints);
    }
    return std::move(people_);
  }

 private:
  People people_;
  int channels_;
  std::vector<float> keys_;
  std::vector<float> tag_sums_;
  std::vector<int> matched_;
};

}  // namespace

People match_by_tag(const Candidates& candidates, const MatchParams& params) {
  const int channels = candidates.channels;
  Builder people(candidates.joints, channels);
  std::vector<double> distance, cost;
  for (int position = 0; position < candidates.joints; ++position) {
    const int joint = params.order[position];
    const int rows = candidates.count[joint];
    if (rows == 0) continue;
    // As in the published code, people are counted before this joint opens new ones.
    const int grouped = std::min(people.count(), params.max_people);
    if (grouped == 0) {
      for (int i = 0; i < rows; ++i) people.open(candidates, joint, i);
      continue;
    }
    if (params.ignore_too_much && grouped == params.max_people) continue;

    const int columns = std::max(rows, grouped);
    distance.assign(u(rows) * u(grouped), 0.0);
    cost.assign(u(rows) * u(columns), kNoPerson);
    for (int i = 0; i < rows; ++i) {
      const std::size_t slot = u(joint) * u(candidates.best) + u(i);
      for (int p = 0; p < grouped; ++p) {
        double sum = 0.0;
        for (int t = 0; t < channels; ++t) {
          const double difference = static_cast<double>(candidates.tags[slot * u(channels) + u(t)]) -
                                    static_cast<double>(people.mean_tag(p, t));
          sum += difference * difference;
        }
        const double d = std::sqrt(sum);
        double c = d;
        // nearbyint rounds half to even.
        if (params.use_detection_value) c = std::nearbyint(d) * 100.0 - static_cast<double>(candidates.heat[slot]);
        if (params.break_ties) c += 1e-3 * d * d;
        distance[u(i) * u(grouped) + u(p)] = d;
        cost[u(i) * u(columns) + u(p)] = c;
      }
    }
    for (const auto& [i, p] : solve_assignment(cost.data(), rows, columns)) {
      const bool near = p < grouped && distance[u(i) * u(grouped) + u(p)] < params.tag_threshold;
      if (near) {
        people.add(p, candidates, joint, i);
      } else {
        people.open(candidates, joint, i);
      }
    }
  }
  return people.finish();
}

}  // namespace swahr
