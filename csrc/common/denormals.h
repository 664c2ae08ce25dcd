// Numbers too small for a full mantissa, with which many processors compute a hundred times more slowly.
#pragma once

#if defined(__x86_64__) || defined(_M_X64)
#include <xmmintrin.h>
#define SWAHR_CONTROLS_DENORMALS 1
#endif

namespace swahr {

// While one lives, its thread takes such numbers for 0, or for what they are, where the processor can be
// told.
class Denormals {
 public:
  enum Mode { kZero, kNumbers };

#ifdef SWAHR_CONTROLS_DENORMALS
  explicit Denormals(Mode mode) : before_(_mm_getcsr()) {
    _mm_setcsr(mode == kZero ? before_ | kBits : before_ & ~kBits);
  }
  ~Denormals() { _mm_setcsr(before_); }
#else
  explicit Denormals(Mode) {}
  ~Denormals() {}
#endif
  Denormals(const Denormals&) = delete;
  Denormals& operator=(const Denormals&) = delete;

#ifdef SWAHR_CONTROLS_DENORMALS
 private:
  static constexpr unsigned kBits = 0x8040;  // of the control register: of results, and of operands
  unsigned before_;
#endif
};

}  // namespace swahr
