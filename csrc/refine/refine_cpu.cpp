#include "refine/refine.h"

#include "refine/people.h"
#include "refine/search.h"

namespace swahr {
namespace {

struct StoredMaps {
  const HeatMaps& maps;
  const TagMaps* tags;  // null where only heat is read
  const float* segment_max;

  int width() const { return maps.width; }
  int height() const { return maps.height; }
  int channels() const { return tags->channels; }
  std::ptrdiff_t pixel(int x, int y) const { return static_cast<std::ptrdiff_t>(y) * maps.width + x; }
  float heat(int joint, int x, int y) const { return maps.joint(joint)[pixel(x, y)]; }
  float tag(int joint, int channel, int x, int y) const {
    return tags->at(joint, pixel(x, y))[channel * tags->channel_stride];
  }
  JointSearch search(int joint) const { return {maps, *tags, joint, segment_max}; }
};

}  // namespace

void adjust(const HeatMaps& heat, const PeopleView& people) { adjust_people(StoredMaps{heat, nullptr, nullptr}, people); }

void refine(const HeatMaps& heat, const TagMaps& tags, const float* segment_max, const PeopleView& people,
            const RefineParams& params) {
  refine_people(StoredMaps{heat, &tags, segment_max}, people, params);
}

}  // namespace swahr
