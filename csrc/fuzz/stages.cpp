// Maps of several stages, each of its own size: joints are finite and on the map, whatever is in the maps.
#include "fuzz/people.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swahr::FuzzInput input(data, size);
  const swahr::FuzzMaps made(input, 1, input.within(2, 4));
  const swahr::ParseSettings settings = input.settings(made.joints);
  swahr::require_people(swahr::parse_maps(made.maps, settings, 1), made.maps, settings);
  return 0;
}
