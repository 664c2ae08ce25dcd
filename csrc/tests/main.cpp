// The operations without Python: small scenes with known answers, and hostile sizes for the sanitizers.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include "common/parallel.h"
#include "match/hungarian.h"
#include "match/match.h"
#include "parse/batch_host.h"
#include "parse/parse_stages.h"
#include "peaks/peaks.h"
#include "planes/planes.h"
#include "refine/refine.h"

namespace {

int failures = 0;

#define CHECK(condition)                                                     \
  do {                                                                       \
    if (!(condition)) {                                                      \
      std::printf("%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                            \
    }                                                                        \
  } while (false)

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::size_t u(int i) { return static_cast<std::size_t>(i); }

struct Scene {
  Scene(int joints_, int height_, int width_, int channels_)
      : joints(joints_),
        height(height_),
        width(width_),
        channels(channels_),
        heat(u(joints_) * u(height_) * u(width_), 0.0f),
        tags(heat.size() * u(channels_), 0.0f) {}

  float& heat_at(int k, int x, int y) { return heat[(u(k) * u(height) + u(y)) * u(width) + u(x)]; }
  float* tags_at(int k, int x, int y) { return &tags[((u(k) * u(height) + u(y)) * u(width) + u(x)) * u(channels)]; }
  swahr::HeatMaps heatmaps() const { return {heat.data(), joints, height, width}; }
  swahr::TagMaps tagmaps() const {
    const std::ptrdiff_t pixels = static_cast<std::ptrdiff_t>(height) * width;
    return {tags.data(), channels, pixels * channels, channels, 1};
  }

  int joints, height, width, channels;
  std::vector<float> heat, tags;
};

swahr::People parse(Scene& scene, int best, int threads, bool use_bounds = true) {
  const swahr::Peaks peaks = swahr::find_peaks(scene.heatmaps(), {5, best, 0.1f, threads});
  CHECK(peaks.first_bad_joint == -1);
  std::vector<float> tags(peaks.heat.size() * u(scene.channels), 0.0f);
  for (int k = 0; k < scene.joints; ++k) {
    for (int i = 0; i < peaks.count[u(k)]; ++i) {
      const std::size_t slot = u(k) * u(best) + u(i);
      const float* read = scene.tags_at(k, peaks.xy[2 * slot], peaks.xy[2 * slot + 1]);
      for (int t = 0; t < scene.channels; ++t) tags[slot * u(scene.channels) + u(t)] = read[t];
    }
  }
  std::vector<int> order;
  for (int k = 0; k < scene.joints; ++k) order.push_back(k);
  swahr::People people = swahr::match_by_tag({scene.joints, best, scene.channels, peaks.count.data(), peaks.heat.data(),
                                              peaks.xy.data(), tags.data()},
                                             {best, 1.0, true, false, false, order.data()});
  const swahr::PeopleView view{people.keypoints.data(), people.count(), scene.joints, scene.channels};
  swahr::adjust(scene.heatmaps(), view);
  swahr::refine(scene.heatmaps(), scene.tagmaps(), use_bounds ? peaks.segment_max.data() : nullptr, view,
                {0.0f, kInfinity, threads});
  return people;
}

void test_two_people_and_a_lost_joint() {
  Scene scene(2, 12, 90, 1);
  scene.heat_at(0, 10, 3) = 0.9f;
  scene.heat_at(0, 80, 8) = 0.8f;
  scene.heat_at(1, 11, 5) = 0.7f;
  scene.heat_at(1, 81, 9) = 0.05f;  // below the threshold: lost, and filled in
  for (int k = 0; k < 2; ++k) {
    for (int y = 0; y < 12; ++y) {
      for (int x = 45; x < 90; ++x) *scene.tags_at(k, x, y) = 5.0f;
    }
  }
  swahr::People people = parse(scene, 30, 2);
  CHECK(people.count() == 2);
  CHECK(people.keypoint(0, 1)[0] == 11.25f);
  CHECK(people.keypoint(0, 1)[1] == 5.25f);
  CHECK(people.keypoint(1, 1)[0] == 81.25f);
  CHECK(people.keypoint(1, 1)[2] == 0.05f);
  CHECK(std::fabs(people.scores[1] - 0.4f) < 1e-6f);  // before refine
}

void test_ties_are_in_row_order() {
  Scene scene(1, 20, 140, 1);
  scene.heat_at(0, 130, 2) = scene.heat_at(0, 5, 9) = scene.heat_at(0, 70, 9) = 0.5f;
  const swahr::Peaks peaks = swahr::find_peaks(scene.heatmaps(), {5, 2, 0.1f, 1});
  CHECK(peaks.count[0] == 2);
  CHECK(peaks.xy[0] == 130 && peaks.xy[1] == 2);
  CHECK(peaks.xy[2] == 5 && peaks.xy[3] == 9);
}

void test_bad_values_are_reported() {
  for (const float bad : {std::nanf(""), kInfinity, -kInfinity}) {
    Scene scene(3, 7, 70, 1);
    scene.heat_at(1, 69, 6) = bad;
    CHECK(swahr::find_peaks(scene.heatmaps(), {5, 30, 0.1f, 2}).first_bad_joint == 1);
  }
}

void test_assignments() {
  const std::vector<double> cost = {4, 1, 3, 2, 0, 5, 3, 2, 2};
  double total = 0;
  for (const auto& [i, j] : swahr::solve_assignment(cost.data(), 3, 3)) total += cost[u(3 * i + j)];
  CHECK(total == 5);
  CHECK(swahr::solve_assignment(cost.data(), 1, 3).front() == std::make_pair(0, 1));
  CHECK(swahr::solve_assignment(cost.data(), 3, 1).size() == 1);
  CHECK(swahr::solve_assignment(cost.data(), 0, 3).empty());
}

void test_hostile_sizes() {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> heat(-0.2f, 1.0f), tag(-3.0f, 3.0f);
  for (const int channels : {1, 2, 5}) {
    for (const auto& [height, width] : {std::make_pair(1, 1), std::make_pair(1, 200), std::make_pair(65, 1),
                                        std::make_pair(3, 64), std::make_pair(33, 129)}) {
      for (const int joints : {1, 17}) {
        Scene scene(joints, height, width, channels);
        for (float& value : scene.heat) value = heat(random);
        for (float& value : scene.tags) value = tag(random);
        swahr::People bounded = parse(scene, 31, 3);
        swahr::People unbounded = parse(scene, 31, 1, false);
        CHECK(bounded.keypoints == unbounded.keypoints);
      }
    }
  }
}

// The fused parse of single maps that are as large as the input reads the same pixels as the stored parse.
void test_stages_of_every_size() {
  std::mt19937 random(11);
  std::uniform_real_distribution<float> heat(-0.2f, 1.0f), tag(-3.0f, 3.0f);
  const std::vector<std::pair<int, int>> sizes = {{1, 1}, {1, 200}, {65, 1}, {17, 65}, {33, 129}};
  for (const auto& [height, width] : sizes) {
    for (const int window : {1, 5, 9}) {
      Scene scene(2, height, width, 2);
      for (float& value : scene.heat) value = heat(random);
      for (float& value : scene.tags) value = tag(random);
      std::vector<float> channel[2];
      for (std::size_t i = 0; i < scene.tags.size(); ++i) channel[i % 2].push_back(scene.tags[i]);
      for (const auto& [outer_height, outer_width] : sizes) {
        swahr::StageMaps stages{};
        stages.joints = stages.channels = 2;
        stages.heat.count = 1;
        stages.heat.middle = {height, width};
        stages.heat.outer = {outer_height, outer_width};
        const std::ptrdiff_t pixels = static_cast<std::ptrdiff_t>(height) * width;
        stages.heat.planes[0] = {scene.heat.data(), pixels, {height, width}, 0};
        for (int t = 0; t < 2; ++t) {
          stages.tags[t] = stages.heat;
          stages.tags[t].planes[0].data = channel[t].data();
        }
        const int order[] = {0, 1};
        const swahr::StageParams params{{window, 31, 0.1f, 2}, {31, 1.0, true, false, false, order}, {0.0f, kInfinity, 2}, true, true};
        swahr::StageResult fused = swahr::parse_stages(stages, params);
        CHECK(fused.bad_heat_joint == -1 && fused.bad_tag_joint == -1);
        if (window == 5 && height == outer_height && width == outer_width) {
          CHECK(fused.people.keypoints == parse(scene, 31, 1).keypoints);
        }
      }
    }
  }
}

// The kernels' bodies, with memory of just the size that they ask for, give the people of the plain parse.
void test_kernel_bodies() {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> heat(-0.2f, 1.0f), tag(-3.0f, 3.0f);
  for (const int channels : {1, 2, 5}) {
    for (const auto& [height, width] : {std::make_pair(1, 1), std::make_pair(1, 200), std::make_pair(65, 1),
                                        std::make_pair(16, 64), std::make_pair(33, 129)}) {
      for (const int joints : {1, 17}) {
        Scene scene(joints, height, width, channels);
        for (float& value : scene.heat) value = heat(random);
        for (float& value : scene.tags) value = tag(random);
        const int best = std::min(31, height * width), people = joints * best;
        const swahr::BatchSizes sizes{1, joints, channels, best, std::min(31, people), {height, width}};
        swahr::BatchSettings settings{5, best, 31, 0.1f, 1.0, true, false, false, true, true, 0.0f, kInfinity, {}};
        for (int k = 0; k < joints; ++k) settings.order[k] = static_cast<std::uint8_t>(k);
        swahr::BatchMemory memory{};
        std::vector<double> scratch(swahr::lay_out(sizes, nullptr, memory) / sizeof(double));
        swahr::lay_out(sizes, reinterpret_cast<unsigned char*>(scratch.data()), memory);
        std::vector<int> counts(3);
        std::vector<float> keypoints(u(people * joints * (3 + channels)), -1.0f), scores(u(people));
        memory.people = counts.data();
        memory.bad = counts.data() + 1;
        memory.keypoints = keypoints.data();
        memory.scores = scores.data();
        const swahr::StoredSource source{scene.heatmaps(), scene.tagmaps(), 0, 0};
        swahr::parse_batch_on_host(source, sizes, settings, memory);
        swahr::People expected = parse(scene, 31, 1);
        keypoints.resize(u(counts[0] * joints * (3 + channels)));
        CHECK(keypoints == expected.keypoints);
        CHECK(counts[1] == swahr::kAllGood && counts[2] == swahr::kAllGood);
      }
    }
  }
}

void test_every_index_runs_once() {
  std::vector<int> runs(100, 0);
  swahr::parallel_for(100, 4, [&](int i) { ++runs[u(i)]; });
  for (const int count : runs) CHECK(count == 1);
  swahr::parallel_for(0, 4, [&](int) { CHECK(false); });
}

void test_an_exception_on_any_thread_reaches_the_caller() {
  for (const int threads : {1, 4}) {
    bool caught = false;
    try {
      swahr::parallel_for(100, threads, [](int i) {
        if (i % 3 == 1) throw std::runtime_error("expected");
      });
    } catch (const std::runtime_error&) {
      caught = true;
    }
    CHECK(caught);
  }
}

void test_the_tag_threshold_is_not_rounded() {
  // 0.9 as float32 is below 0.9, so these two belong together.
  const std::int32_t count[] = {1, 1}, xy[] = {4, 4, 20, 4};
  const float heat[] = {0.9f, 0.8f}, tags[] = {0.0f, 0.9f};
  const int order[] = {0, 1};
  CHECK(swahr::match_by_tag({2, 1, 1, count, heat, xy, tags}, {30, 0.9, true, false, false, order}).count() == 1);
}

void test_planes_hold_what_rows_held() {
  for (const int pixels : {0, 1, 7, 8, 9, 127, 128, 300}) {
    for (const int channels : {1, 7, 8, 17, 51}) {
      std::vector<float> rows(u(pixels) * u(channels)), planes(rows.size());
      for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<float>(i);
      swahr::to_planes(rows.data(), pixels, channels, planes.data());
      for (int p = 0; p < pixels; ++p) {
        for (int c = 0; c < channels; ++c) CHECK(planes[u(c) * u(pixels) + u(p)] == rows[u(p) * u(channels) + u(c)]);
      }
    }
  }
}

}  // namespace

int main() {
  test_two_people_and_a_lost_joint();
  test_ties_are_in_row_order();
  test_bad_values_are_reported();
  test_assignments();
  test_hostile_sizes();
  test_stages_of_every_size();
  test_kernel_bodies();
  test_every_index_runs_once();
  test_an_exception_on_any_thread_reaches_the_caller();
  test_the_tag_threshold_is_not_rounded();
  test_planes_hold_what_rows_held();
  std::printf(failures == 0 ? "all native tests passed\n" : "%d native checks failed\n", failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
