// A block of threads, so that the same kernel bodies run on the GPU and, one thread a block, on the
// processor.
//
// A body is a sequence of steps. Each step is done by all threads and ends with a barrier: what one step
// writes, the next may read. Between steps every thread holds the same numbers and takes the same branches.
#pragma once

#include <cstdint>

#ifndef __CUDACC__
#include "common/interrupt.h"
#endif

// Marks the bodies: device code under nvcc, plain functions elsewhere.
#ifdef __CUDACC__
#define SWAHR_BLOCK __device__
#else
#define SWAHR_BLOCK
#endif

namespace swahr {

using Key = unsigned long long;  // what the GPU's 64-bit atomics take

#ifndef __CUDACC__

// The block on the processor: one thread.
struct HostBlock {
  void barrier() const {}
  // Where long work may be ended from outside.
  void poll() const { swahr::poll(); }
  // f(i) for i in [0, count)
  template <class F>
  void each(int count, const F& f) const {
    for (int i = 0; i < count; ++i) f(i);
  }
  // f() by one thread
  template <class F>
  void once(const F& f) const {
    f();
  }
  // The largest, or the least, of start and f(i) for i in [0, count), known to all threads.
  template <class T, class F>
  T largest(int count, T start, const F& f) const {
    for (int i = 0; i < count; ++i) {
      const T value = f(i);
      if (value > start) start = value;
    }
    return start;
  }
  template <class T, class F>
  T least(int count, T start, const F& f) const {
    for (int i = 0; i < count; ++i) {
      const T value = f(i);
      if (value < start) start = value;
    }
    return start;
  }
  // To be called by any thread within a step.
  int add(int* counter, int value) const {
    const int before = *counter;
    *counter += value;
    return before;
  }
  void raise(Key* place, Key value) const {
    if (value > *place) *place = value;
  }
  void lower(int* place, int value) const {
    if (value < *place) *place = value;
  }
  // Whether this block is the last of `blocks` to come here; what the others wrote before is then visible.
  bool last_of(int* counter, int blocks) const { return ++*counter == blocks; }
};

#else

template <int kThreads>
struct CudaBlock {
  static_assert(kThreads % 32 == 0, "whole warps");

  __device__ void poll() const {}

  __device__ void barrier() const {
    if constexpr (kThreads == 32) {
      __syncwarp();
    } else {
      __syncthreads();
    }
  }
  template <class F>
  __device__ void each(int count, const F& f) const {
    for (int i = static_cast<int>(threadIdx.x); i < count; i += kThreads) f(i);
    barrier();
  }
  template <class F>
  __device__ void once(const F& f) const {
    if (threadIdx.x == 0) f();
    barrier();
  }
  template <class T, class F>
  __device__ T largest(int count, T start, const F& f) const {
    return reduce(count, start, f, [](T a, T b) { return b > a ? b : a; });
  }
  template <class T, class F>
  __device__ T least(int count, T start, const F& f) const {
    return reduce(count, start, f, [](T a, T b) { return b < a ? b : a; });
  }
  __device__ int add(int* counter, int value) const { return atomicAdd(counter, value); }
  __device__ void raise(Key* place, Key value) const { atomicMax(place, value); }
  __device__ void lower(int* place, int value) const { atomicMin(place, value); }
  __device__ bool last_of(int* counter, int blocks) const {
    __shared__ int before;
    // Each thread's own writes go first; the barrier puts them all before the count.
    __threadfence();
    barrier();
    if (threadIdx.x == 0) before = atomicAdd(counter, 1);
    barrier();
    const bool last = before == blocks - 1;
    if (last) __threadfence();
    barrier();
    return last;
  }

 private:
  template <class T, class F, class Choose>
  __device__ T reduce(int count, T start, const F& f, const Choose& choose) const {
    T value = start;
    for (int i = static_cast<int>(threadIdx.x); i < count; i += kThreads) value = choose(value, f(i));
    for (int lane = 16; lane > 0; lane /= 2) value = choose(value, __shfl_xor_sync(0xffffffffu, value, lane));
    if constexpr (kThreads > 32) {
      __shared__ T of_warp[kThreads / 32];
      if (threadIdx.x % 32 == 0) of_warp[threadIdx.x / 32] = value;
      barrier();
      value = of_warp[0];
      for (int warp = 1; warp < kThreads / 32; ++warp) value = choose(value, of_warp[warp]);
    }
    barrier();
    return value;
  }
};

#endif

}  // namespace swahr
