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

#include "assignment/op.h"
#include "common/parallel.h"
#include "common/tile_source.h"
#include "match/op.h"
#include "nhwc_to_nchw/op.h"
#include "paf/op.h"
#include "parse/op.h"
#include "peaks/op.h"
#include "refine/peak.h"

namespace {

int failures = 0;

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      std::printf("%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                               \
    }                                                                           \
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
  float* tags_at(int k, int x, int y) {
    return &tags[((u(k) * u(height) + u(y)) * u(width) + u(x)) * u(channels)];
  }
  // As they lie: joint after joint, the tags of a pixel side by side.
  swahr::StageMaps maps() const { return maps({height, width}); }
  swahr::StageMaps maps(swahr::MapSize outer) const {
    const std::ptrdiff_t pixels = static_cast<std::ptrdiff_t>(height) * width;
    const swahr::MapSize size{height, width};
    swahr::StageMaps maps{joints, {{{heat.data(), 0, pixels, 1, size}}, 1, size, outer}, {}};
    for (int t = 0; t < channels; ++t) {
      maps.tags.push_back({{{tags.data() + t, 0, pixels * channels, channels, size}}, 1, size, outer});
    }
    return maps;
  }

  int joints, height, width, channels;
  std::vector<float> heat, tags;
};

// Channel after channel in memory.
struct PlanarTags {
  explicit PlanarTags(const Scene& scene) : channels(u(scene.channels)) {
    for (std::size_t i = 0; i < scene.tags.size(); ++i)
      channels[i % channels.size()].push_back(scene.tags[i]);
  }
  swahr::StageMaps of(swahr::StageMaps maps) const {
    for (std::size_t t = 0; t < channels.size(); ++t) {
      swahr::Plane& plane = maps.tags[t].planes[0];
      plane.data = channels[t].data();
      plane.joint_stride = maps.heatmaps.planes[0].joint_stride;
      plane.pixel_stride = 1;
    }
    return maps;
  }

  std::vector<std::vector<float>> channels;
};

swahr::ParseSettings settings_of(int joints, int best = 31, int window = 5) {
  swahr::ParseSettings settings{{window, best, best, 0.1f, 1.0, true, false, false, 0.0f, kInfinity, true,
                                 true, swahr::kQuarter, false},
                                {}};
  for (int k = 0; k < joints; ++k) settings.order.push_back(static_cast<std::uint16_t>(k));
  return settings;
}

swahr::People parse(const swahr::StageMaps& maps, const swahr::ParseSettings& settings, int threads = 1) {
  swahr::ParseResult result = swahr::parse_maps(maps, settings, threads);
  CHECK(result.bad_heatmap_joint == -1 && result.bad_tag_joint == -1);
  return result.people;
}

// By the kernels' bodies, with memory of just the size that they ask for.
std::vector<float> parse_by_bodies(const swahr::StageMaps& maps, swahr::ParseSettings settings) {
  const swahr::MapSize size = maps.heatmaps.outer;
  settings.max_candidates = std::min(settings.max_candidates, size.height * size.width);
  const int people = maps.joints * settings.max_candidates;
  const swahr::ParseSizes sizes{
      1, maps.joints, maps.channels(), settings.max_candidates, std::min(settings.max_people, people), size};
  swahr::ParseMemory memory{};
  std::vector<double> scratch(swahr::lay_out(sizes, nullptr, memory) / sizeof(double));
  swahr::lay_out(sizes, reinterpret_cast<unsigned char*>(scratch.data()), memory);
  int counts[3] = {};
  std::vector<float> keypoints(u(people * maps.joints * sizes.keypoint()), -1.0f), scores(u(people));
  memory.people = counts;
  memory.bad = counts + 1;
  memory.keypoints = keypoints.data();
  memory.scores = scores.data();
  swahr::TileSource source{maps.heatmaps, {}, maps.joints, maps.channels()};
  std::copy(maps.tags.begin(), maps.tags.end(), source.tags);
  swahr::parse_batch_on_cpu(source, sizes, settings, memory);
  CHECK(counts[1] == swahr::kAllGood && counts[2] == swahr::kAllGood);
  keypoints.resize(u(counts[0] * maps.joints * sizes.keypoint()));
  return keypoints;
}

Scene random_scene(int joints, int height, int width, int channels, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> heat(-0.2f, 1.0f), tag(-3.0f, 3.0f);
  Scene scene(joints, height, width, channels);
  for (float& value : scene.heat) value = heat(random);
  for (float& value : scene.tags) value = tag(random);
  return scene;
}

void test_a_peak_between_cells_is_found() {
  Scene scene(1, 24, 30, 1);
  const float x = 12.3f, y = 9.6f;
  for (int row = 0; row < 24; ++row) {
    for (int column = 0; column < 30; ++column) {
      const float right = static_cast<float>(column) - x, down = static_cast<float>(row) - y;
      scene.heat_at(0, column, row) = 0.9f * std::exp(-(right * right + down * down) / 8.0f);
    }
  }
  swahr::ParseSettings settings = settings_of(1);
  settings.subpixel = swahr::kGaussian;
  settings.spread = true;
  for (const int scale : {1, 2, 3}) {  // of the input to the cells
    const swahr::People people = parse(scene.maps({24 * scale, 30 * scale}), settings);
    CHECK(people.count() == 1);
    const auto to = static_cast<float>(scale);
    CHECK(std::abs(people.keypoints[0] - (x + 0.5f) * to) < 0.01f * to);
    CHECK(std::abs(people.keypoints[1] - (y + 0.5f) * to) < 0.01f * to);
    CHECK(people.spread.size() == 3 && people.spread[0] > to * to && people.spread[2] > to * to);
    CHECK(std::abs(people.spread[1]) < 0.1f * to * to);
  }
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
  swahr::People people = parse(scene.maps(), settings_of(2), 2);
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
  const swahr::StageMaps maps = scene.maps();
  const swahr::StackAxes axes(maps.heatmaps);
  const swahr::Peaks peaks = swahr::find_peaks(maps.heatmaps, axes, 1, settings_of(1, 2), 1);
  CHECK(peaks.count[0] == 2);
  CHECK(peaks.xy[0] == 130 && peaks.xy[1] == 2);
  CHECK(peaks.xy[2] == 5 && peaks.xy[3] == 9);
}

void test_bad_values_are_reported() {
  for (const float bad : {std::nanf(""), kInfinity, -kInfinity}) {
    Scene scene(3, 7, 70, 1);
    scene.heat_at(1, 69, 6) = bad;
    CHECK(swahr::parse_maps(scene.maps(), settings_of(3), 2).bad_heatmap_joint == 1);
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

// The bodies look at every tile and know no bounds of tags; the plain parse passes tiles over.
void test_kernel_bodies_and_layouts_give_the_same_people() {
  for (const int channels : {1, 2, 5}) {
    for (const auto& [height, width] :
         {std::make_pair(1, 1), std::make_pair(1, 200), std::make_pair(65, 1), std::make_pair(3, 64),
          std::make_pair(16, 64), std::make_pair(33, 129)}) {
      for (const int joints : {1, 17}) {
        const Scene scene = random_scene(joints, height, width, channels, 7);
        const swahr::StageMaps maps = scene.maps();
        const PlanarTags planar(scene);
        const swahr::ParseSettings settings = settings_of(joints);
        const swahr::People people = parse(maps, settings, 3);
        CHECK(parse_by_bodies(maps, settings) == people.keypoints);
        CHECK(parse(planar.of(maps), settings).keypoints == people.keypoints);
        CHECK(parse_by_bodies(planar.of(maps), settings) == people.keypoints);
      }
    }
  }
}

void test_stages_of_every_size() {
  const std::vector<std::pair<int, int>> sizes = {{1, 1}, {1, 200}, {65, 1}, {17, 65}, {33, 129}};
  for (const auto& [height, width] : sizes) {
    for (const int window : {1, 5, 9}) {
      const Scene scene = random_scene(2, height, width, 2, 11);
      const PlanarTags planar(scene);
      for (const auto& [outer_height, outer_width] : sizes) {
        const swahr::StageMaps maps = planar.of(scene.maps({outer_height, outer_width}));
        const swahr::ParseSettings settings = settings_of(2, 31, window);
        CHECK(parse(maps, settings, 2).keypoints.size() == parse_by_bodies(maps, settings).size());
      }
    }
  }
}

// Sums of such tags are infinite in float32: the assignment must come to an end, and keep within its tables.
void test_the_largest_tags_and_costs() {
  Scene scene(3, 20, 140, 2);
  for (int k = 0; k < 3; ++k) {
    for (const int x : {10, 40, 70, 100}) {
      scene.heat_at(k, x, 10) = 0.5f;
      scene.tags_at(k, x, 10)[0] = x % 20 == 0 ? 3.4e38f : -3.4e38f;
      scene.tags_at(k, x, 10)[1] = 3e38f;
    }
  }
  swahr::ParseSettings settings = settings_of(3);
  for (const bool use_detection_value : {true, false}) {
    settings.use_detection_value = use_detection_value;
    settings.break_ties = !use_detection_value;
    CHECK(parse(scene.maps(), settings).count() >= 2);
    CHECK(parse_by_bodies(scene.maps(), settings) == parse(scene.maps(), settings).keypoints);
  }
  std::vector<double> cost(12, swahr::kMaxCost);
  cost[5] = -swahr::kMaxCost;
  CHECK(swahr::solve_assignment(cost.data(), 3, 4).size() == 3);
  CHECK(swahr::solve_assignment(cost.data(), 4, 3).size() == 3);
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
  const float confidence[] = {0.9f, 0.8f}, tags[] = {0.0f, 0.9f};
  swahr::ParseSettings settings = settings_of(2);
  settings.tag_threshold = 0.9;
  CHECK(swahr::match_by_tag({2, 1, 1, count, confidence, xy, tags}, settings).count() == 1);
}

void test_maps_hold_what_channels_held() {
  for (const int pixels : {0, 1, 7, 8, 9, 127, 128, 300}) {
    for (const int channels : {1, 7, 8, 17, 51}) {
      std::vector<float> nhwc(u(pixels) * u(channels)), nchw(nhwc.size());
      for (std::size_t i = 0; i < nhwc.size(); ++i) nhwc[i] = static_cast<float>(i);
      swahr::nhwc_to_nchw(nhwc.data(), pixels, channels, nchw.data());
      for (int p = 0; p < pixels; ++p) {
        for (int c = 0; c < channels; ++c)
          CHECK(nchw[u(c) * u(pixels) + u(p)] == nhwc[u(p) * u(channels) + u(c)]);
      }
    }
  }
}

swahr::PafRule paf_rule(double blur, int centroid, int samples) {
  return {0.1,  true, true,  blur, 3,    centroid, samples, true, 0.05, 0.5,
          true, 0.5,  0.001, 0.01, true, true,     2,       0.1,  0};
}

void test_fields_of_every_size_give_people_within_the_map() {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> value(-0.2f, 1.0f);
  const std::vector<swahr::PafLimb> limbs{{0, 1, 0, 1, false}, {1, 2, 2, 3, false}, {2, 0, 3, 2, true}};
  for (const int height : {1, 2, 31, 40}) {
    for (const int width : {1, 3, 32, 33}) {
      const std::size_t pixels = u(height) * u(width);
      std::vector<float> heatmaps(3 * pixels), pafs(4 * pixels);
      for (float& each : heatmaps) each = value(random);
      for (float& each : pafs) each = value(random);
      const swahr::PafMaps maps{heatmaps.data(), pafs.data(), 3, 4, height, width};
      for (const double blur : {0.0, 3.0}) {
        const swahr::PafResult found =
            swahr::group_pafs(maps, limbs, paf_rule(blur, 3, blur > 0 ? 10 : 0), 2);
        CHECK(found.bad_heatmap == -1 && found.bad_field == -1);
        for (std::size_t i = 0; i < found.candidates.joint.size(); ++i) {
          CHECK(found.candidates.xy[2 * i] >= 0 && found.candidates.xy[2 * i] <= width);
          CHECK(found.candidates.xy[2 * i + 1] >= 0 && found.candidates.xy[2 * i + 1] <= height);
        }
        for (const std::int32_t joint : found.people.joints)
          CHECK(joint >= -1 && joint < static_cast<std::int32_t>(found.candidates.joint.size()));
      }
      heatmaps[pixels] = kInfinity;
      CHECK(swahr::group_pafs(maps, limbs, paf_rule(0, 0, 10), 1).bad_heatmap == 1);
    }
  }
}

}  // namespace

int main() {
  test_a_peak_between_cells_is_found();
  test_two_people_and_a_lost_joint();
  test_ties_are_in_row_order();
  test_bad_values_are_reported();
  test_assignments();
  test_kernel_bodies_and_layouts_give_the_same_people();
  test_stages_of_every_size();
  test_the_largest_tags_and_costs();
  test_every_index_runs_once();
  test_an_exception_on_any_thread_reaches_the_caller();
  test_the_tag_threshold_is_not_rounded();
  test_maps_hold_what_channels_held();
  test_fields_of_every_size_give_people_within_the_map();
  std::printf(failures == 0 ? "all native tests passed\n" : "%d native checks failed\n", failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
