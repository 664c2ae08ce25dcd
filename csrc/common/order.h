// Keys whose order as integers is "larger number first, then the earlier pixel".
#pragma once

#include <cstdint>
#include <cstring>

#include "common/host_device.h"

namespace swahr {

SWAHR_HD inline std::int32_t bits_of(float value) {
#ifdef __CUDA_ARCH__
  return __float_as_int(value);
#else
  std::int32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
#endif
}

SWAHR_HD inline float float_of(std::int32_t bits) {
#ifdef __CUDA_ARCH__
  return __int_as_float(bits);
#else
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
#endif
}

// Unsigned and in the order of the floats; the two zeros are one.
SWAHR_HD inline std::uint32_t place_of(float value) {
  const auto bits = static_cast<std::uint32_t>(bits_of(value + 0.0f));
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

// 0 is below every key.
SWAHR_HD inline unsigned long long key_of(float value, int pixel) {
  return static_cast<unsigned long long>(place_of(value)) << 32 |
         (0xffffffffu - static_cast<std::uint32_t>(pixel));
}

SWAHR_HD inline int pixel_of_key(unsigned long long key) {
  return static_cast<int>(0xffffffffu - static_cast<std::uint32_t>(key & 0xffffffffu));
}

SWAHR_HD inline float value_of_key(unsigned long long key) {
  const auto place = static_cast<std::uint32_t>(key >> 32);
  return float_of(static_cast<std::int32_t>(place & 0x80000000u ? place ^ 0x80000000u : ~place));
}

// The bits of a finite number from 0 on, 0 for a negative one, and at least those of infinity for NaN and
// infinity: so one integer maximum tells the largest and whether all are finite.
constexpr std::int32_t kInfiniteBits = 0x7f800000;

// 2^124, and what a heatmap may not reach: the sum of eight stages, kMaxStages, stays finite below it.
constexpr std::int32_t kTooLargeBits = 0x7d800000;

SWAHR_HD inline std::int32_t top_bits(float value) {
  const std::int32_t bits = bits_of(value), magnitude = bits & 0x7fffffff;
  if (magnitude >= kInfiniteBits) return magnitude;
  return bits > 0 ? bits : 0;
}

}  // namespace swahr
