// The kernels' bodies, with memory of just the size that they ask for: the plain parse finds the same, image
// by image.
#include <algorithm>
#include <cstring>

#include "common/tile_source.h"
#include "fuzz/people.h"
#include "parse/workspace.h"

namespace {

std::size_t u(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swahr::FuzzInput input(data, size);
  const swahr::FuzzMaps made(input, input.within(1, 2), input.within(1, 3));
  const swahr::ParseSettings settings = input.settings(made.joints);
  const swahr::StageMaps& maps = made.maps;
  const int people = maps.joints * settings.max_candidates;
  const swahr::ParseSizes sizes{made.images,
                                maps.joints,
                                maps.channels(),
                                settings.max_candidates,
                                std::min(settings.max_people, people),
                                maps.heatmaps.outer};
  swahr::ParseMemory memory{};
  std::vector<double> scratch(swahr::lay_out(sizes, nullptr, memory) / sizeof(double) + 1);
  swahr::lay_out(sizes, reinterpret_cast<unsigned char*>(scratch.data()), memory);
  const std::size_t row = u(maps.joints) * u(sizes.keypoint());
  std::vector<int> counts(u(made.images)), bad(2 * u(made.images));
  std::vector<float> keypoints(u(made.images) * u(people) * row), scores(u(made.images) * u(people));
  std::vector<float> spread(u(made.images) * u(people) * u(maps.joints) * 3);
  memory.people = counts.data();
  memory.bad = bad.data();
  memory.keypoints = keypoints.data();
  memory.scores = scores.data();
  memory.spread = spread.data();
  swahr::TileSource source{maps.heatmaps, {}, maps.joints, maps.channels()};
  std::copy(maps.tags.begin(), maps.tags.end(), source.tags);
  swahr::parse_batch_on_cpu(source, sizes, settings, memory);
  for (int image = 0; image < made.images; ++image) {
    swahr::StageMaps one = maps;
    const auto move = [&](swahr::Plane& plane) { plane.data += image * plane.image_stride; };
    for (int i = 0; i < one.heatmaps.count; ++i) move(one.heatmaps.planes[i]);
    for (swahr::Stack& tags : one.tags) move(tags.planes[0]);
    const swahr::ParseResult plain = swahr::parse_maps(one, settings, 1);
    // The plain parse looks at every number of the maps, the kernels at those alone that a pixel of the input
    // is made of: it refuses what they refuse, and now and then more.
    if (plain.bad_heatmap_joint >= 0 || plain.bad_tag_joint >= 0) continue;
    REQUIRE(bad[2 * u(image)] == swahr::kAllGood && bad[2 * u(image) + 1] == swahr::kAllGood);
    swahr::require_people(plain, one, settings);
    REQUIRE(counts[u(image)] == plain.people.count());
    const float* found = keypoints.data() + u(image) * u(people) * row;
    REQUIRE(plain.people.count() == 0 || std::memcmp(found, plain.people.keypoints.data(),
                                                     plain.people.keypoints.size() * sizeof(float)) == 0);
  }
  return 0;
}
