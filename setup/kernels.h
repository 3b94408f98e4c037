/**
 * What our kernels for native TensorFlow are written with: threads, inputs and outputs, registration.
 */
#pragma once

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

// The widest vectors that the processor has, chosen when the addon is loaded.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE
#endif

namespace keyflow {

inline int threads() {
  static const int count = [] {
    const char* asked = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int wanted = asked == nullptr ? 0 : std::atoi(asked);
    return wanted > 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
  }();
  return count;
}

/** Threads that wait for work, started once and never ended: starting one for each call costs more than a small map does. */
class Pool {
 public:
  static Pool& only() {
    static auto* pool = new Pool();
    return *pool;
  }

  /** Calls `part(i)` for every i in [0, parts), on as many threads; returns when all are done. */
  void run(int parts, const std::function<void(int)>& part) {
    std::unique_lock<std::mutex> alone(caller_, std::try_to_lock);
    if (parts > 1 && alone.owns_lock()) {
      start(parts - 1);
      {
        std::lock_guard<std::mutex> lock(mutex_);
        part_ = &part;
        next_ = 1;
        parts_ = parts;
        open_ = parts - 1;
      }
      woken_.notify_all();
      part(0);
      for (int i = take(); i < parts; i = take()) finish(part, i);
      std::unique_lock<std::mutex> lock(mutex_);
      done_.wait(lock, [this] { return open_ == 0; });
      part_ = nullptr;
    } else {
      for (int i = 0; i < parts; ++i) part(i);
    }
  }

 private:
  void start(int count) {
    try {
      for (; static_cast<int>(started_) < count; ++started_) std::thread([this] { work(); }).detach();
    } catch (const std::system_error&) {
      // no more threads to be had: the caller does what is left
    }
  }

  int take() {
    std::lock_guard<std::mutex> lock(mutex_);
    return part_ == nullptr || next_ >= parts_ ? parts_ : next_++;
  }

  void finish(const std::function<void(int)>& part, int i) {
    part(i);
    std::lock_guard<std::mutex> lock(mutex_);
    if (--open_ == 0) done_.notify_all();
  }

  void work() {
    for (;;) {
      const std::function<void(int)>* part;
      int i;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        woken_.wait(lock, [this] { return part_ != nullptr && next_ < parts_; });
        part = part_;
        i = next_++;
      }
      finish(*part, i);
    }
  }

  std::mutex caller_, mutex_;
  std::condition_variable woken_, done_;
  const std::function<void(int)>* part_ = nullptr;
  int next_ = 0, parts_ = 0, open_ = 0;
  int started_ = 0;
};

/** Calls `work(from, to)` on ranges that cover [0, n), each on a thread of its own once it is worth one. */
template <typename Work>
void share_out(int64_t n, int64_t numbers_each, const Work& work) {
  const int64_t worth = std::max<int64_t>(1, n * numbers_each / 16384);
  const int64_t parts = std::min<int64_t>({threads(), worth, std::max<int64_t>(1, n)});
  if (parts == 1) return work(0, n);
  Pool::only().run(static_cast<int>(parts), [&](int i) { work(n * i / parts, n * (i + 1) / parts); });
}

/** The inputs and outputs of one run of a kernel. */
class Run {
 public:
  explicit Run(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Run() {
    if (TF_GetCode(status_) != TF_OK) TF_OpKernelContext_Failure(context_, status_);
    for (auto* tensor : held_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }

  /** Whether nothing has gone wrong so far; a kernel returns at once when something has. */
  bool fine() const { return TF_GetCode(status_) == TF_OK; }

  /** Notes down what an input should have been. */
  bool require(bool holds, const char* due) {
    if (fine() && !holds) TF_SetStatus(status_, TF_INVALID_ARGUMENT, due);
    return fine();
  }

  /** An input of floats with `rank` dimensions (any for -1), or null. */
  TF_Tensor* input(int index, int rank) {
    if (!fine()) return nullptr;
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_);
    if (!fine()) return nullptr;
    held_.push_back(tensor);
    require(TF_TensorType(tensor) == TF_FLOAT, "expected float32 inputs");
    require(rank < 0 || TF_NumDims(tensor) == rank, "an input has the wrong rank");
    return fine() ? tensor : nullptr;
  }

  const float* numbers(TF_Tensor* tensor) { return static_cast<const float*>(TF_TensorData(tensor)); }

  /** An input that is one number. */
  float number(int index) {
    auto* tensor = input(index, -1);
    return require(tensor != nullptr && TF_TensorElementCount(tensor) == 1, "expected one number") ? *numbers(tensor) : 0;
  }

  /** An output, or null. */
  float* output(const std::vector<int64_t>& shape, int index = 0) {
    int64_t count = 1;
    for (const auto size : shape) count *= size;
    auto* tensor = TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), static_cast<int>(shape.size()),
                                     static_cast<size_t>(count) * sizeof(float), status_);
    if (!require(tensor != nullptr, "no memory for the output")) return nullptr;
    held_.push_back(tensor);
    return static_cast<float*>(TF_TensorData(tensor));
  }

 private:
  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> held_;
};

inline std::vector<int64_t> shape_of(const TF_Tensor* tensor) {
  std::vector<int64_t> shape;
  for (int d = 0; d < TF_NumDims(tensor); ++d) shape.push_back(TF_Dim(tensor, d));
  return shape;
}

/** Makes a kernel known to TensorFlow by a name; all inputs and outputs are float32. */
inline void add(const char* name, const std::vector<const char*>& inputs, const std::vector<const char*>& outputs,
                void (*compute)(void*, TF_OpKernelContext*)) {
  auto* status = TF_NewStatus();
  auto* op = TF_NewOpDefinitionBuilder(name);
  for (const auto* input : inputs) TF_OpDefinitionBuilderAddInput(op, input);
  for (const auto* output : outputs) TF_OpDefinitionBuilderAddOutput(op, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, [](TF_ShapeInferenceContext* shapes, TF_Status* fine) {
    TF_ShapeInferenceContextSetUnknownShape(shapes, fine);
  });
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) == TF_OK) {
    auto* kernel = TF_NewKernelBuilder(
        name, "CPU", [](TF_OpKernelConstruction*) -> void* { return nullptr; }, compute, [](void*) {});
    TF_RegisterKernelBuilder(name, kernel, status);
  }
  TF_DeleteStatus(status);
}

}  // namespace keyflow
