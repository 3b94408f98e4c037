/**
 * Kernels of our own for native TensorFlow: what surrounds the convolutions, in one pass each.
 *
 * Compiled into the addon by the set-up and registered when it is loaded. Every kernel has its portable definition in the
 * TypeScript module that calls it, and a property holds the two equal. Work is shared out in contiguous ranges of the
 * output, each number computed by one thread alone: the result does not depend on the number of threads.
 */
#include <malloc.h>

#include "kernels.h"

namespace {

using namespace keyflow;

/** `out[c] = max(x[c] * scale[c] + shift[c], floor)`; the floor is -infinity without ReLU. */
WIDE void scale_rows(const float* x, const float* scale, const float* shift, float floor, int64_t channels, float* out,
                     int64_t from, int64_t to) {
  for (int64_t row = from; row < to; ++row) {
    const float* in = x + row * channels;
    float* result = out + row * channels;
    for (int64_t c = 0; c < channels; ++c) {
      const float y = in[c] * scale[c] + shift[c];
      result[c] = y < floor ? floor : y;
    }
  }
}

/** KeyflowScaleShift: x [..., C], scale [C], shift [C]. */
template <bool relu>
void scale_shift(void*, TF_OpKernelContext* context) {
  Run run(context);
  auto* x = run.input(0, -1);
  auto* scale = run.input(1, 1);
  auto* shift = run.input(2, 1);
  if (!run.fine()) return;
  const auto shape = shape_of(x);
  const int64_t channels = shape.empty() ? 0 : shape.back();
  if (!run.require(TF_Dim(scale, 0) == channels && TF_Dim(shift, 0) == channels, "expected one scale and shift a channel"))
    return;
  const int64_t rows = channels == 0 ? 0 : TF_TensorElementCount(x) / channels;
  const float *in = run.numbers(x), *times = run.numbers(scale), *plus = run.numbers(shift);
  float* out = run.output(shape);
  if (!run.fine()) return;
  share_out(rows, channels, [=](int64_t from, int64_t to) {
    scale_rows(in, times, plus, relu ? 0.0f : -INFINITY, channels, out, from, to);
  });
}

/** Rows of a woven map: row r of the output is row (r+1)/2 of the input, and channel block (r+1)%2. */
WIDE void weave_rows(const float* x, const float* bias, int64_t height, int64_t width, int64_t channels, float* out,
                     int64_t from, int64_t to) {
  for (int64_t row = from; row < to; ++row) {
    const int64_t picture = row / (2 * height), r = row % (2 * height) + 1;
    const float* in = x + (picture * (height + 1) + r / 2) * (width + 1) * 4 * channels + (r % 2) * 2 * channels;
    const float* add = bias + (r % 2) * 2 * channels;
    float* result = out + row * 2 * width * channels;
    for (int64_t column = 1; column <= 2 * width; ++column) {
      const float* from_ = in + (column / 2) * 4 * channels + (column % 2) * channels;
      const float* add_ = add + (column % 2) * channels;
      for (int64_t c = 0; c < channels; ++c) {
        const float y = from_[c] + add_[c];
        result[c] = y < 0.0f ? 0.0f : y;
      }
      result += channels;
    }
  }
}

/** KeyflowWeave: x [B, H+1, W+1, 4C], bias [4C]. */
void weave(void*, TF_OpKernelContext* context) {
  Run run(context);
  auto* x = run.input(0, 4);
  auto* bias = run.input(1, 1);
  if (!run.fine()) return;
  const int64_t batch = TF_Dim(x, 0), height = TF_Dim(x, 1) - 1, width = TF_Dim(x, 2) - 1, channels = TF_Dim(x, 3) / 4;
  if (!run.require(height >= 0 && width >= 0 && TF_Dim(x, 3) == 4 * channels && TF_Dim(bias, 0) == 4 * channels,
                   "expected [B, H+1, W+1, 4C] and as many biases"))
    return;
  const float *in = run.numbers(x), *plus = run.numbers(bias);
  float* out = run.output({batch, 2 * height, 2 * width, channels});
  if (!run.fine()) return;
  share_out(batch * 2 * height, 2 * width * channels, [=](int64_t from, int64_t to) {
    weave_rows(in, plus, height, width, channels, out, from, to);
  });
}

/** `out = x + shift[c] + other`. */
WIDE void add_rows(const float* x, const float* shift, const float* other, int64_t channels, float* out, int64_t from,
                   int64_t to) {
  for (int64_t row = from; row < to; ++row)
    for (int64_t c = 0; c < channels; ++c)
      out[row * channels + c] = (x[row * channels + c] + shift[c]) + other[row * channels + c];
}

/** KeyflowShiftAdd: x [..., C], shift [C], other [..., C]. */
void shift_add(void*, TF_OpKernelContext* context) {
  Run run(context);
  auto* x = run.input(0, -1);
  auto* shift = run.input(1, 1);
  auto* other = run.input(2, -1);
  if (!run.fine()) return;
  const auto shape = shape_of(x);
  const int64_t channels = shape.empty() ? 0 : shape.back();
  if (!run.require(TF_Dim(shift, 0) == channels && shape_of(other) == shape, "expected two maps of a size, a shift a channel"))
    return;
  const int64_t rows = channels == 0 ? 0 : TF_TensorElementCount(x) / channels;
  const float *in = run.numbers(x), *plus = run.numbers(shift), *more = run.numbers(other);
  float* out = run.output(shape);
  if (!run.fine()) return;
  share_out(rows, channels, [=](int64_t from, int64_t to) { add_rows(in, plus, more, channels, out, from, to); });
}

/** Four 2x2 kernels from a 3x3 one, for input channels [from, to): which taps fall together is told in `convolve.ts`. */
WIDE void phase_rows(const float* k, const float* scale, int64_t inputs, int64_t outputs, float* out, int64_t from,
                     int64_t to) {
  const int64_t tap = inputs * outputs, block = inputs * 4 * outputs;
  for (int64_t c = from; c < to; ++c)
    for (int64_t jy = 0; jy < 2; ++jy)
      for (int64_t jx = 0; jx < 2; ++jx)
        for (int64_t oy = 0; oy < 2; ++oy)
          for (int64_t ox = 0; ox < 2; ++ox) {
            // odd outputs (o = 0) join taps 0 and 1, even ones taps 1 and 2
            const int64_t y0 = jy == 0 ? 0 : 2 - oy, y1 = jy == 0 ? 1 - oy : 2;
            const int64_t x0 = jx == 0 ? 0 : 2 - ox, x1 = jx == 0 ? 1 - ox : 2;
            float* result = out + (jy * 2 + jx) * block + c * 4 * outputs + (oy * 2 + ox) * outputs;
            std::fill(result, result + outputs, 0.0f);
            for (int64_t y = y0; y <= y1; ++y)
              for (int64_t x = x0; x <= x1; ++x) {
                const float* one = k + (y * 3 + x) * tap + c * outputs;
                for (int64_t d = 0; d < outputs; ++d) result[d] += one[d] * scale[d];
              }
          }
}

/** KeyflowPhases: kernel [3, 3, C, D], scale [D], to [2, 2, C, 4D]. */
void phases(void*, TF_OpKernelContext* context) {
  Run run(context);
  auto* kernel = run.input(0, 4);
  auto* scale = run.input(1, 1);
  if (!run.fine()) return;
  const int64_t inputs = TF_Dim(kernel, 2), outputs = TF_Dim(kernel, 3);
  if (!run.require(TF_Dim(kernel, 0) == 3 && TF_Dim(kernel, 1) == 3 && TF_Dim(scale, 0) == outputs,
                   "expected [3, 3, C, D] and a scale for each D"))
    return;
  const float *taps = run.numbers(kernel), *times = run.numbers(scale);
  float* out = run.output({2, 2, inputs, 4 * outputs});
  if (!run.fine()) return;
  share_out(inputs, 16 * outputs, [=](int64_t from, int64_t to) {
    phase_rows(taps, times, inputs, outputs, out, from, to);
  });
}

/** One picture size, and how many there are: one for all samples or one each. */
struct Pictures {
  const float* pixels;
  int64_t count, height, width, channels;
};

/** Bilinear samples of output pixels [from, to), `each` of them to a sample; zeros outside, corners aligned. */
WIDE void sample_rows(const Pictures& p, const float* flow, int64_t each, float* out, int64_t from, int64_t to) {
  const float halfWidth = static_cast<float>(p.width - 1) / 2, halfHeight = static_cast<float>(p.height - 1) / 2;
  for (int64_t row = from; row < to; ++row) {
    const float* picture = p.pixels + (p.count == 1 ? 0 : row / each) * p.height * p.width * p.channels;
    const float x = (flow[2 * row] + 1) * halfWidth, y = (flow[2 * row + 1] + 1) * halfHeight;
    const float left = std::floor(x), top = std::floor(y);
    const float shareX[2] = {1 - (x - left), x - left}, shareY[2] = {1 - (y - top), y - top};
    const float* corner[4];
    float share[4];
    for (int i = 0; i < 4; ++i) {
      const float column = left + (i & 1), line = top + (i >> 1);
      const bool inside = column >= 0 && column < p.width && line >= 0 && line < p.height;
      const int64_t at = inside ? static_cast<int64_t>(line) * p.width + static_cast<int64_t>(column) : 0;
      corner[i] = picture + at * p.channels;
      share[i] = (inside ? 1.0f : 0.0f) * (shareX[i & 1] * shareY[i >> 1]);
    }
    float* result = out + row * p.channels;
    for (int64_t c = 0; c < p.channels; ++c)
      result[c] = share[0] * corner[0][c] + share[1] * corner[1][c] + share[2] * corner[2][c] + share[3] * corner[3][c];
  }
}

/** KeyflowWarp: pictures [1|B, H, W, C], flow [B, h, w, 2]. */
void warp(void*, TF_OpKernelContext* context) {
  Run run(context);
  auto* x = run.input(0, 4);
  auto* at = run.input(1, 4);
  if (!run.fine()) return;
  const Pictures pictures{run.numbers(x), TF_Dim(x, 0), TF_Dim(x, 1), TF_Dim(x, 2), TF_Dim(x, 3)};
  const int64_t batch = TF_Dim(at, 0), height = TF_Dim(at, 1), width = TF_Dim(at, 2);
  if (!run.require(TF_Dim(at, 3) == 2 && (pictures.count == 1 || pictures.count == batch) && pictures.height > 0 &&
                       pictures.width > 0,
                   "expected pictures [1|B, H, W, C] that are not empty, and a flow [B, h, w, 2]"))
    return;
  const float* flow = run.numbers(at);
  float* out = run.output({batch, height, width, pictures.channels});
  if (!run.fine()) return;
  share_out(batch * height * width, pictures.channels + 16, [=](int64_t from, int64_t to) {
    sample_rows(pictures, flow, height * width, out, from, to);
  });
}

/**
 * When the addon is loaded. Freed memory is kept: feature maps of tens of megabytes come and go with every frame, and taking
 * them from the system anew costs a page fault for each 4 kB.
 */
struct Loaded {
  Loaded() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
#endif
    add("KeyflowScaleShift", {"x: float", "scale: float", "shift: float"}, {"y: float"}, scale_shift<false>);
    add("KeyflowScaleShiftRelu", {"x: float", "scale: float", "shift: float"}, {"y: float"}, scale_shift<true>);
    add("KeyflowShiftAdd", {"x: float", "shift: float", "other: float"}, {"y: float"}, shift_add);
    add("KeyflowPhases", {"kernel: float", "scale: float"}, {"y: float"}, phases);
    add("KeyflowWeave", {"x: float", "bias: float"}, {"y: float"}, weave);
    add("KeyflowWarp", {"image: float", "flow: float"}, {"y: float"}, warp);
  }
} loaded;

}  // namespace
