/**
 * Kernels of our own for training: normalisation with its activation and pooling, the derivative of the warp, Adam.
 *
 * As in `kernels.cc`, each number is computed by one thread alone; sums are taken in the same order whatever the number of
 * threads, row by row in single precision and over the rows in double.
 */
#include <type_traits>

#include "kernels.h"

namespace {

using namespace keyflow;

/** Pixels of one row that lie evenly in memory: `count` of them, `stride` numbers apart. */
struct Strip {
  const float* at;
  int64_t stride, count;
};

/** What a normalisation does to a channel: `scale * (x - mean) + shift`, then `slope` times what is negative. */
struct Affine {
  const float *mean, *scale, *shift;
  float slope;
};

/** Channels that are worked on together: their sums stay in registers while a strip goes by. */
constexpr int kBlock = 16;

#define INLINE inline __attribute__((always_inline))

/** Calls `f(first channel, count)` for every block of channels, the count being a constant in all but the last. */
template <typename F>
INLINE void blocks(int64_t channels, const F& f) {
  int64_t c = 0;
  for (; c + kBlock <= channels; c += kBlock) f(c, std::integral_constant<int, kBlock>());
  if (c < channels) f(c, static_cast<int>(channels - c));
}

/** What a block of channels is normalised with, at hand. */
struct Block {
  float mean[kBlock], scale[kBlock], shift[kBlock];
  INLINE Block(const Affine& f, int64_t c, int n) {
    for (int i = 0; i < kBlock; ++i) {
      mean[i] = i < n ? f.mean[c + i] : 0;
      scale[i] = i < n ? f.scale[c + i] : 0;
      shift[i] = i < n ? f.shift[c + i] : 0;
    }
  }
};

/** Adds the deviations from `pivot`, and their squares. */
WIDE void add_moments(Strip x, const float* pivot, int64_t channels, float* sum, float* squares) {
  blocks(channels, [&](int64_t c, auto n) __attribute__((always_inline)) {
    float p[kBlock], s[kBlock] = {}, q[kBlock] = {};
    for (int i = 0; i < n; ++i) p[i] = pivot[c + i];
    for (int64_t k = 0; k < x.count; ++k) {
      const float* in = x.at + k * x.stride + c;
      for (int i = 0; i < n; ++i) {
        const float d = in[i] - p[i];
        s[i] += d;
        q[i] += d * d;
      }
    }
    for (int i = 0; i < n; ++i) {
      sum[c + i] += s[i];
      squares[c + i] += q[i];
    }
  });
}

WIDE void apply(Strip x, Affine f, int64_t channels, float* out, int64_t out_stride) {
  const float slope = f.slope;
  blocks(channels, [&](int64_t c, auto n) __attribute__((always_inline)) {
    const Block b(f, c, n);
    for (int64_t k = 0; k < x.count; ++k) {
      const float* __restrict in = x.at + k * x.stride + c;
      float* __restrict y = out + k * out_stride + c;
      for (int i = 0; i < n; ++i) {
        const float z = (in[i] - b.mean[i]) * b.scale[i] + b.shift[i];
        y[i] = z > 0 ? z : z * slope;
      }
    }
  });
}

/** The same, and the mean over windows of two pixels of this strip and two of the one `below` numbers further. */
WIDE void apply_pooled(Strip x, int64_t below, Affine f, int64_t channels, float* out) {
  const float slope = f.slope;
  blocks(channels, [&](int64_t c, auto n) __attribute__((always_inline)) {
    const Block b(f, c, n);
    for (int64_t k = 0; k < x.count / 2; ++k) {
      const float* __restrict in = x.at + 2 * k * x.stride + c;
      float* __restrict y = out + k * channels + c;
      for (int i = 0; i < n; ++i) {
        float z0 = (in[i] - b.mean[i]) * b.scale[i] + b.shift[i];
        float z1 = (in[i + x.stride] - b.mean[i]) * b.scale[i] + b.shift[i];
        float z2 = (in[i + below] - b.mean[i]) * b.scale[i] + b.shift[i];
        float z3 = (in[i + below + x.stride] - b.mean[i]) * b.scale[i] + b.shift[i];
        z0 = z0 > 0 ? z0 : z0 * slope;
        z1 = z1 > 0 ? z1 : z1 * slope;
        z2 = z2 > 0 ? z2 : z2 * slope;
        z3 = z3 > 0 ? z3 : z3 * slope;
        y[i] = ((z0 + z1) + (z2 + z3)) * 0.25f;
      }
    }
  });
}

/** Adds the cotangents before the activation, and their products with the deviations from the mean. */
WIDE void add_pulled(Strip x, Strip dy, float share, Affine f, int64_t channels, float* sum, float* products) {
  const float negative = share * f.slope;
  blocks(channels, [&](int64_t c, auto n) __attribute__((always_inline)) {
    const Block b(f, c, n);
    float s[kBlock] = {}, p[kBlock] = {};
    for (int64_t k = 0; k < x.count; ++k) {
      const float *in = x.at + k * x.stride + c, *back = dy.at + k * dy.stride + c;
      for (int i = 0; i < n; ++i) {
        const float d = in[i] - b.mean[i];
        const float g = back[i] * (d * b.scale[i] + b.shift[i] > 0 ? share : negative);
        s[i] += g;
        p[i] += g * d;
      }
    }
    for (int i = 0; i < n; ++i) {
      sum[c + i] += s[i];
      products[c + i] += p[i];
    }
  });
}

/** `dx = scale * g + constant + slant * (x - mean)`. */
WIDE void pull(Strip x, Strip dy, float share, Affine f, const float* constant, const float* slant, int64_t channels,
               float* out, int64_t out_stride) {
  const float negative = share * f.slope;
  blocks(channels, [&](int64_t c, auto n) __attribute__((always_inline)) {
    const Block b(f, c, n);
    float plus[kBlock], times[kBlock];
    for (int i = 0; i < n; ++i) {
      plus[i] = constant[c + i];
      times[i] = slant[c + i];
    }
    for (int64_t k = 0; k < x.count; ++k) {
      const float* __restrict in = x.at + k * x.stride + c;
      const float* __restrict back = dy.at + k * dy.stride + c;
      float* __restrict dx = out + k * out_stride + c;
      for (int i = 0; i < n; ++i) {
        const float d = in[i] - b.mean[i];
        const float g = back[i] * (d * b.scale[i] + b.shift[i] > 0 ? share : negative);
        dx[i] = b.scale[i] * g + plus[i] + times[i] * d;
      }
    }
  });
}

constexpr float kEpsilon = 1e-5f;

/**
 * How a map of height x width pixels lies in memory, and in how many groups of samples it is normalised.
 *
 * A woven map comes from four convolutions at the corners of a map of half the size, [B, H/2+1, W/2+1, 4C]: pixel (r, c)
 * is in corner ((r+1)/2, (c+1)/2), channel block 2 ((r+1)%2) + (c+1)%2.
 */
struct Map {
  int64_t batch, height, width, channels, groups;
  bool woven;

  int64_t rows() const { return batch * height; }
  int64_t group_of(int64_t row) const { return groups == 1 ? 0 : row / height; }
  int64_t each() const { return rows() / groups * width; }

  /** Calls `f(offset, stride, count, first, step)` for each strip of a row: pixels `first`, `first + step`, ... of it. */
  template <typename F>
  void strips(int64_t row, const F& f) const {
    if (!woven) return f(row * width * channels, channels, width, int64_t{0}, int64_t{1});
    const int64_t b = row / height, r = row % height + 1, corners = width / 2 + 1;
    const int64_t line = (b * (height / 2 + 1) + r / 2) * corners * 4 * channels + (r % 2) * 2 * channels;
    f(line + channels, 4 * channels, width / 2, int64_t{0}, int64_t{2});
    f(line + 4 * channels, 4 * channels, width / 2, int64_t{1}, int64_t{2});
  }
};

/** Sums over the rows of each group of what `work(row, a, b)` adds to two vectors of a row, in order. */
template <typename Work>
void over_rows(const Map& map, double* first, double* second, const Work& work) {
  const int64_t c = map.channels, rows = map.rows();
  std::vector<float> parts(rows * 2 * c, 0.0f);
  share_out(rows, map.width * c, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; ++row) work(row, &parts[row * 2 * c], &parts[row * 2 * c + c]);
  });
  std::fill(first, first + map.groups * c, 0.0);
  std::fill(second, second + map.groups * c, 0.0);
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t g = map.group_of(row) * c;
    for (int64_t i = 0; i < c; ++i) {
      first[g + i] += parts[row * 2 * c + i];
      second[g + i] += parts[row * 2 * c + c + i];
    }
  }
}

/**
 * What a normalisation reads beside its map: weight [C], bias [C], and how: [over, slope, pool, woven], over nothing (0), the batch (1)
 * or each sample (2).
 */
struct Manner {
  Map map;
  float slope;
  bool pool;
  /** Whether there is anything to normalise: without groups, the weight counts as 1 and only the bias is added. */
  bool plain;
};

Manner manner_of(Run& run, TF_Tensor* x, TF_Tensor* how) {
  Manner m{};
  if (!run.fine() || !run.require(TF_TensorElementCount(how) == 4, "expected [over, slope, pool, woven]")) return m;
  const float* set = run.numbers(how);
  const bool woven = set[3] != 0;
  m.slope = set[1];
  m.pool = set[2] != 0;
  m.plain = set[0] == 0;
  m.map = {TF_Dim(x, 0),
           woven ? 2 * (TF_Dim(x, 1) - 1) : TF_Dim(x, 1),
           woven ? 2 * (TF_Dim(x, 2) - 1) : TF_Dim(x, 2),
           woven ? TF_Dim(x, 3) / 4 : TF_Dim(x, 3),
           set[0] < 2 ? 1 : TF_Dim(x, 0),
           woven};
  run.require(!(woven && m.pool), "a woven map is not pooled");
  run.require(m.map.each() > 0 && m.map.channels > 0, "expected a map that is not empty");
  return m;
}

/** Scale of every group and channel, `weight / sqrt(variance + epsilon)`. */
std::vector<float> scales(const Manner& manner, const float* weight, const float* variance) {
  const Map& map = manner.map;
  std::vector<float> scale(map.groups * map.channels, 1.0f);
  if (manner.plain) return scale;
  for (size_t i = 0; i < scale.size(); ++i)
    scale[i] = weight[i % map.channels] / std::sqrt(variance[i] + kEpsilon);
  return scale;
}

/** KeyflowNorm: x, weight [C], bias [C], how [4] to y, mean [G, C], variance [G, C] (biased). */
void norm(void*, TF_OpKernelContext* context) {
  Run run(context);
  auto *x = run.input(0, 4), *weight = run.input(1, 1), *bias = run.input(2, 1), *how = run.input(3, 1);
  const Manner manner = manner_of(run, x, how);
  const Map& m = manner.map;
  const float slope = manner.slope;
  const bool pool = manner.pool;
  const int64_t c = m.channels;
  if (!run.fine() || !run.require(TF_Dim(weight, 0) == c && TF_Dim(bias, 0) == c, "expected a weight and bias a channel"))
    return;
  const float *in = run.numbers(x), *shift = run.numbers(bias);
  const int64_t down = pool ? 2 : 1, height = m.height / down, width = m.width / down;
  float* y = run.output({m.batch, height, width, c}, 0);
  float* mean = run.output({m.groups, c}, 1);
  float* variance = run.output({m.groups, c}, 2);
  if (!run.fine()) return;

  std::vector<float> pivot(m.groups * c);
  if (manner.plain) {
    std::fill(mean, mean + c, 0.0f);
    std::fill(variance, variance + c, 1.0f);
  }
  for (int64_t g = 0; g < m.groups; ++g)
    m.strips(g * (m.rows() / m.groups), [&](int64_t at, int64_t, int64_t, int64_t first, int64_t) {
      if (first == 0) std::copy(in + at, in + at + c, &pivot[g * c]);
    });
  std::vector<double> sum(m.groups * c), squares(m.groups * c);
  if (!manner.plain) over_rows(m, sum.data(), squares.data(), [&](int64_t row, float* s, float* q) {
    m.strips(row, [&](int64_t at, int64_t stride, int64_t count, int64_t, int64_t) {
      add_moments({in + at, stride, count}, &pivot[m.group_of(row) * c], c, s, q);
    });
  });
  for (size_t i = 0; !manner.plain && i < sum.size(); ++i) {
    const double d = sum[i] / m.each();
    mean[i] = static_cast<float>(pivot[i] + d);
    variance[i] = static_cast<float>(std::max(0.0, squares[i] / m.each() - d * d));
  }
  const auto scale = scales(manner, run.numbers(weight), variance);
  share_out(m.batch * height, m.width * c * down, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; ++row) {
      const int64_t source = row / height * m.height + row % height * down, g = m.group_of(source) * c;
      const Affine f{mean + g, &scale[g], shift, slope};
      float* out = y + row * width * c;
      m.strips(source, [&](int64_t at, int64_t stride, int64_t count, int64_t first, int64_t step) {
        if (pool)
          apply_pooled({in + at, stride, count}, m.width * c, f, c, out);
        else
          apply({in + at, stride, count}, f, c, out + first * c, step * c);
      });
    }
  });
}

/** KeyflowNormGrad: x, weight, bias, how, mean, variance, dy to dx, dweight [C], dbias [C]. */
void norm_grad(void*, TF_OpKernelContext* context) {
  Run run(context);
  auto *x = run.input(0, 4), *weight = run.input(1, 1), *bias = run.input(2, 1), *how = run.input(3, 1);
  auto *means = run.input(4, 2), *variances = run.input(5, 2), *cotangent = run.input(6, 4);
  const Manner manner = manner_of(run, x, how);
  const Map& m = manner.map;
  const float slope = manner.slope;
  const bool pool = manner.pool;
  const int64_t c = m.channels, down = pool ? 2 : 1, height = m.height / down, width = m.width / down;
  if (!run.fine()) return;
  run.require(TF_Dim(weight, 0) == c && TF_Dim(bias, 0) == c, "expected a weight and bias a channel");
  run.require(TF_TensorElementCount(means) == m.groups * c && TF_TensorElementCount(variances) == m.groups * c,
              "expected moments of every group and channel");
  run.require(shape_of(cotangent) == std::vector<int64_t>({m.batch, height, width, c}), "expected a cotangent as the output");
  if (!run.fine()) return;
  const float *in = run.numbers(x), *times = run.numbers(weight), *shift = run.numbers(bias);
  const float *mean = run.numbers(means), *variance = run.numbers(variances), *dy = run.numbers(cotangent);
  float* dx = run.output(shape_of(x), 0);
  float* dweight = run.output({c}, 1);
  float* dbias = run.output({c}, 2);
  if (!run.fine()) return;

  const auto scale = scales(manner, times, variance);
  const float share = pool ? 0.25f : 1.0f;
  // strips of a row with the cotangents of their pixels; what pooling left out has none
  const auto each_strip = [&](int64_t row, const auto& f) {
    const int64_t r = row % m.height / down;
    if (r >= height) return;
    const float* line = dy + (row / m.height * height + r) * width * c;
    m.strips(row, [&](int64_t at, int64_t stride, int64_t count, int64_t first, int64_t step) {
      if (!pool) return f(Strip{in + at, stride, count}, Strip{line + first * c, step * c, count}, at);
      for (int64_t side = 0; side < 2; ++side)
        f(Strip{in + at + side * stride, 2 * stride, width}, Strip{line, c, width}, at + side * stride);
    });
  };
  std::vector<double> sum(m.groups * c), products(m.groups * c);
  over_rows(m, sum.data(), products.data(), [&](int64_t row, float* s, float* p) {
    const int64_t g = m.group_of(row) * c;
    each_strip(row, [&](Strip a, Strip b, int64_t) { add_pulled(a, b, share, {mean + g, &scale[g], shift, slope}, c, s, p); });
  });
  std::vector<float> constant(m.groups * c), slant(m.groups * c);
  std::vector<double> byWeight(c, 0.0), byBias(c, 0.0);
  for (int64_t i = 0; i < m.groups * c; ++i) {
    const double inverse = 1.0 / std::sqrt(static_cast<double>(variance[i]) + kEpsilon), n = static_cast<double>(m.each());
    byWeight[i % c] += products[i] * inverse;
    byBias[i % c] += sum[i];
    if (manner.plain) continue;
    constant[i] = static_cast<float>(-scale[i] * sum[i] / n);
    slant[i] = static_cast<float>(-scale[i] * inverse * inverse * products[i] / n);
  }
  for (int64_t i = 0; i < c; ++i) {
    dweight[i] = static_cast<float>(byWeight[i]);
    dbias[i] = static_cast<float>(byBias[i]);
  }
  if (m.woven) {
    const int64_t corners = m.width / 2 + 1;
    share_out(m.batch * (m.height / 2 + 1), corners * 4 * c, [&](int64_t from, int64_t to) {
      std::fill(dx + from * corners * 4 * c, dx + to * corners * 4 * c, 0.0f);
    });
  }
  share_out(m.rows(), m.width * c, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; ++row) {
      const int64_t g = m.group_of(row) * c;
      const Affine f{mean + g, &scale[g], shift, slope};
      if (pool && (m.height % 2 != 0 || m.width % 2 != 0)) {
        // what pooling left out still moves with the statistics
        const std::vector<float> none(c, 0.0f);
        pull({in + row * m.width * c, c, m.width}, {none.data(), 0, m.width}, share, f, &constant[g], &slant[g], c,
             dx + row * m.width * c, c);
      }
      each_strip(row, [&](Strip a, Strip b, int64_t at) {
        pull(a, b, share, f, &constant[g], &slant[g], c, dx + at, a.stride);
      });
    }
  });
}

/** Cotangents of one sample's picture and flow; adds to `into`. */
WIDE void unsample(const float* picture, int64_t height, int64_t width, int64_t channels, const float* flow,
                   const float* dy, int64_t pixels, float* into, float* by_flow) {
  const float halfWidth = static_cast<float>(width - 1) / 2, halfHeight = static_cast<float>(height - 1) / 2;
  for (int64_t p = 0; p < pixels; ++p) {
    const float x = (flow[2 * p] + 1) * halfWidth, y = (flow[2 * p + 1] + 1) * halfHeight;
    const float left = std::floor(x), top = std::floor(y);
    const float shareX[2] = {1 - (x - left), x - left}, shareY[2] = {1 - (y - top), y - top};
    const float* back = dy + p * channels;
    float slopeX = 0, slopeY = 0;
    for (int i = 0; i < 4; ++i) {
      const int right = i & 1, lower = i >> 1;
      const float column = left + right, line = top + lower;
      if (!(column >= 0 && column < width && line >= 0 && line < height)) continue;
      const int64_t at = (static_cast<int64_t>(line) * width + static_cast<int64_t>(column)) * channels;
      const float share = shareX[right] * shareY[lower];
      float along = 0;
      for (int64_t c = 0; c < channels; ++c) {
        along += picture[at + c] * back[c];
        into[at + c] += share * back[c];
      }
      slopeX += (right ? along : -along) * shareY[lower];
      slopeY += (lower ? along : -along) * shareX[right];
    }
    by_flow[2 * p] = slopeX * halfWidth;
    by_flow[2 * p + 1] = slopeY * halfHeight;
  }
}

/** KeyflowWarpGrad: pictures [1|B, H, W, C], flow [B, h, w, 2], dy [B, h, w, C]; one picture for all is not shared out. */
void warp_grad(void*, TF_OpKernelContext* context) {
  Run run(context);
  auto *x = run.input(0, 4), *at = run.input(1, 4), *cotangent = run.input(2, 4);
  if (!run.fine()) return;
  const int64_t count = TF_Dim(x, 0), height = TF_Dim(x, 1), width = TF_Dim(x, 2), channels = TF_Dim(x, 3);
  const int64_t batch = TF_Dim(at, 0), pixels = TF_Dim(at, 1) * TF_Dim(at, 2);
  run.require(TF_Dim(at, 3) == 2 && (count == 1 || count == batch) && height > 0 && width > 0,
              "expected pictures [1|B, H, W, C] that are not empty, and a flow [B, h, w, 2]");
  run.require(shape_of(cotangent) == std::vector<int64_t>({batch, TF_Dim(at, 1), TF_Dim(at, 2), channels}),
              "expected a cotangent as the output");
  if (!run.fine()) return;
  const float *pictures = run.numbers(x), *flow = run.numbers(at), *dy = run.numbers(cotangent);
  float* into = run.output(shape_of(x), 0);
  float* by_flow = run.output(shape_of(at), 1);
  if (!run.fine()) return;
  const int64_t each = height * width * channels;
  const auto samples = [&](int64_t from, int64_t to) {
    for (int64_t b = from; b < to; ++b) {
      const int64_t picture = count == 1 ? 0 : b * each;
      if (count != 1 || b == 0) std::fill(into + picture, into + picture + each, 0.0f);
      unsample(pictures + picture, height, width, channels, flow + b * pixels * 2, dy + b * pixels * channels, pixels,
               into + picture, by_flow + b * pixels * 2);
    }
  };
  if (count == 1)
    samples(0, batch);
  else
    share_out(batch, pixels * (channels + 16), samples);
}

/** Sums of p, p x, p y, p x^2, p x y, p y^2 for the keypoints of one sample, p being value times cotangent. */
WIDE void bump_moments(const float* mean, const float* value, const float* back, int64_t height, int64_t width,
                       int64_t count, float* out) {
  std::vector<double> total(6 * count, 0.0);
  std::vector<float> row(3 * count);
  for (int64_t i = 0; i < height; ++i) {
    std::fill(row.begin(), row.end(), 0.0f);
    float *zero = row.data(), *first = zero + count, *second = first + count;
    for (int64_t j = 0; j < width; ++j) {
      const float x = width == 1 ? -1.0f : static_cast<float>(j) / static_cast<float>(width - 1) * 2 - 1;
      const float *v = value + (i * width + j) * count, *d = back + (i * width + j) * count;
      for (int64_t k = 0; k < count; ++k) {
        const float p = v[k] * d[k], px = p * (x - mean[2 * k]);
        zero[k] += p;
        first[k] += px;
        second[k] += px * (x - mean[2 * k]);
      }
    }
    const float line = height == 1 ? -1.0f : static_cast<float>(i) / static_cast<float>(height - 1) * 2 - 1;
    for (int64_t k = 0; k < count; ++k) {
      const double y = line - mean[2 * k + 1];
      double* t = &total[6 * k];
      t[0] += zero[k];
      t[1] += first[k];
      t[2] += zero[k] * y;
      t[3] += second[k];
      t[4] += first[k] * y;
      t[5] += zero[k] * y * y;
    }
  }
  for (int64_t i = 0; i < 6 * count; ++i) out[i] = static_cast<float>(total[i]);
}

/** KeyflowBumpMoments: mean [B, K, 2], bumps [B, H, W, K], cotangents [B, H, W, K] to [B, K, 6]. */
void bumps(void*, TF_OpKernelContext* context) {
  Run run(context);
  auto *means = run.input(0, 3), *values = run.input(1, 4), *cotangents = run.input(2, 4);
  if (!run.fine()) return;
  const int64_t batch = TF_Dim(values, 0), height = TF_Dim(values, 1), width = TF_Dim(values, 2), count = TF_Dim(values, 3);
  run.require(shape_of(cotangents) == shape_of(values), "expected a cotangent as the bumps");
  run.require(shape_of(means) == std::vector<int64_t>({batch, count, 2}), "expected a mean for each bump");
  if (!run.fine()) return;
  const float *mean = run.numbers(means), *value = run.numbers(values), *back = run.numbers(cotangents);
  float* out = run.output({batch, count, 6});
  if (!run.fine()) return;
  const int64_t each = height * width * count;
  share_out(batch, 2 * each, [=](int64_t from, int64_t to) {
    for (int64_t b = from; b < to; ++b)
      bump_moments(mean + b * count * 2, value + b * each, back + b * each, height, width, count, out + b * count * 6);
  });
}

/** The cotangent of one shift of a picture; what lies outside reads zero. */
WIDE void unshift(const float* picture, int64_t height, int64_t width, int64_t channels, const float* shift,
                  const float* dy, float* out) {
  const float x = shift[0] * (static_cast<float>(width - 1) / 2), y = shift[1] * (static_cast<float>(height - 1) / 2);
  const float left = std::floor(x), top = std::floor(y), across = x - left, down = y - top;
  double byX = 0, byY = 0;
  for (int64_t i = 0; i < height; ++i) {
    const float lines[2] = {static_cast<float>(i) + top, static_cast<float>(i) + top + 1};
    const float* row[2];
    for (int r = 0; r < 2; ++r)
      row[r] = lines[r] >= 0 && lines[r] < height ? picture + static_cast<int64_t>(lines[r]) * width * channels : nullptr;
    if (row[0] == nullptr && row[1] == nullptr) continue;
    float lineX = 0, lineY = 0;
    for (int64_t j = 0; j < width; ++j) {
      const float columns[2] = {static_cast<float>(j) + left, static_cast<float>(j) + left + 1};
      const float* back = dy + (i * width + j) * channels;
      for (int s = 0; s < 2; ++s) {
        if (!(columns[s] >= 0 && columns[s] < width)) continue;
        const int64_t at = static_cast<int64_t>(columns[s]) * channels;
        const float share = s == 0 ? 1 - across : across, sign = s == 0 ? -1.0f : 1.0f;
        float upper = 0, lower = 0;
        for (int64_t c = 0; c < channels; ++c) {
          upper += row[0] == nullptr ? 0 : row[0][at + c] * back[c];
          lower += row[1] == nullptr ? 0 : row[1][at + c] * back[c];
        }
        lineX += sign * ((1 - down) * upper + down * lower);
        lineY += share * (lower - upper);
      }
    }
    byX += lineX;
    byY += lineY;
  }
  out[0] = static_cast<float>(byX) * (static_cast<float>(width - 1) / 2);
  out[1] = static_cast<float>(byY) * (static_cast<float>(height - 1) / 2);
}

/** KeyflowShiftGrad: pictures [1|B, H, W, C], shifts [B, K, 2], dy [B, K, H, W, C] to the cotangent of the shifts. */
void shift_grad(void*, TF_OpKernelContext* context) {
  Run run(context);
  auto *x = run.input(0, 4), *shifts = run.input(1, 3), *cotangent = run.input(2, 5);
  if (!run.fine()) return;
  const int64_t pictures = TF_Dim(x, 0), height = TF_Dim(x, 1), width = TF_Dim(x, 2), channels = TF_Dim(x, 3);
  const int64_t batch = TF_Dim(shifts, 0), count = TF_Dim(shifts, 1), each = height * width * channels;
  run.require((pictures == 1 || pictures == batch) && TF_Dim(shifts, 2) == 2, "expected pictures [1|B, ...] and shifts [B, K, 2]");
  run.require(shape_of(cotangent) == std::vector<int64_t>({batch, count, height, width, channels}),
              "expected a cotangent as the shifted pictures");
  if (!run.fine()) return;
  const float *in = run.numbers(x), *by = run.numbers(shifts), *dy = run.numbers(cotangent);
  float* out = run.output({batch, count, 2});
  if (!run.fine()) return;
  share_out(batch * count, 8 * each, [=](int64_t from, int64_t to) {
    for (int64_t n = from; n < to; ++n)
      unshift(in + (pictures == 1 ? 0 : n / count) * each, height, width, channels, by + 2 * n, dy + n * each, out + 2 * n);
  });
}

/** The adjoint of `phases` in `kernels.cc`, for input channels [from, to): [2, 2, C, 4D] to [3, 3, C, D]. */
WIDE void unphase_rows(const float* four, int64_t inputs, int64_t outputs, float* out, int64_t from, int64_t to) {
  const int64_t tap = inputs * outputs, block = inputs * 4 * outputs;
  for (int64_t c = from; c < to; ++c) {
    for (int64_t t = 0; t < 9; ++t) std::fill(out + t * tap + c * outputs, out + t * tap + (c + 1) * outputs, 0.0f);
    for (int64_t jy = 0; jy < 2; ++jy)
      for (int64_t jx = 0; jx < 2; ++jx)
        for (int64_t oy = 0; oy < 2; ++oy)
          for (int64_t ox = 0; ox < 2; ++ox) {
            const int64_t y0 = jy == 0 ? 0 : 2 - oy, y1 = jy == 0 ? 1 - oy : 2;
            const int64_t x0 = jx == 0 ? 0 : 2 - ox, x1 = jx == 0 ? 1 - ox : 2;
            const float* one = four + (jy * 2 + jx) * block + c * 4 * outputs + (oy * 2 + ox) * outputs;
            for (int64_t y = y0; y <= y1; ++y)
              for (int64_t x = x0; x <= x1; ++x) {
                float* result = out + (y * 3 + x) * tap + c * outputs;
                for (int64_t d = 0; d < outputs; ++d) result[d] += one[d];
              }
          }
  }
}

/** KeyflowPhasesGrad: cotangent of four 2x2 kernels [2, 2, C, 4D] to that of the 3x3 kernel [3, 3, C, D]. */
void unphases(void*, TF_OpKernelContext* context) {
  Run run(context);
  auto* four = run.input(0, 4);
  if (!run.fine()) return;
  const int64_t inputs = TF_Dim(four, 2), outputs = TF_Dim(four, 3) / 4;
  if (!run.require(TF_Dim(four, 0) == 2 && TF_Dim(four, 1) == 2 && TF_Dim(four, 3) == 4 * outputs,
                   "expected [2, 2, C, 4D]"))
    return;
  const float* in = run.numbers(four);
  float* out = run.output({3, 3, inputs, outputs});
  if (!run.fine()) return;
  share_out(inputs, 36 * outputs, [=](int64_t from, int64_t to) { unphase_rows(in, inputs, outputs, out, from, to); });
}

/** One step of Adam for a range of numbers; returns the sum of the gradient's squares. */
WIDE double adam_range(const float* value, const float* first, const float* second, const float* gradient, float size,
                       int64_t count, float* value_out, float* first_out, float* second_out) {
  float squares = 0;
  for (int64_t i = 0; i < count; ++i) {
    const float g = gradient[i];
    const float m = first[i] * 0.5f + g * 0.5f, v = second[i] * 0.999f + g * g * 0.001f;
    first_out[i] = m;
    second_out[i] = v;
    value_out[i] = value[i] - size * m / (std::sqrt(v) + 1e-8f);
    squares += g * g;
  }
  return squares;
}

/** KeyflowAdam: value, first, second, gradient, size to value, first, second, norm. */
void adam(void*, TF_OpKernelContext* context) {
  Run run(context);
  TF_Tensor* given[4];
  for (int i = 0; i < 4; ++i) given[i] = run.input(i, -1);
  const float size = run.number(4);
  if (!run.fine()) return;
  const auto shape = shape_of(given[0]);
  for (auto* tensor : given) run.require(shape_of(tensor) == shape, "expected four tensors of one shape");
  float* out[3];
  for (int i = 0; i < 3; ++i) out[i] = run.output(shape, i);
  float* norm = run.output({}, 3);
  if (!run.fine()) return;
  const int64_t count = TF_TensorElementCount(given[0]), chunk = 4096, chunks = (count + chunk - 1) / chunk;
  std::vector<double> squares(chunks);
  const float *w = run.numbers(given[0]), *m = run.numbers(given[1]), *v = run.numbers(given[2]), *g = run.numbers(given[3]);
  share_out(chunks, chunk, [&](int64_t from, int64_t to) {
    for (int64_t i = from; i < to; ++i) {
      const int64_t at = i * chunk;
      squares[i] = adam_range(w + at, m + at, v + at, g + at, size, std::min(chunk, count - at), out[0] + at, out[1] + at,
                              out[2] + at);
    }
  });
  double total = 0;
  for (const double part : squares) total += part;
  *norm = static_cast<float>(total);
}

struct Loaded {
  Loaded() {
    add("KeyflowNorm", {"x: float", "weight: float", "bias: float", "how: float"},
        {"y: float", "mean: float", "variance: float"}, norm);
    add("KeyflowNormGrad",
        {"x: float", "weight: float", "bias: float", "how: float", "mean: float", "variance: float", "dy: float"},
        {"dx: float", "dweight: float", "dbias: float"}, norm_grad);
    add("KeyflowWarpGrad", {"image: float", "flow: float", "dy: float"}, {"dimage: float", "dflow: float"}, warp_grad);
    add("KeyflowBumpMoments", {"mean: float", "bumps: float", "dy: float"}, {"moments: float"}, bumps);
    add("KeyflowShiftGrad", {"image: float", "shifts: float", "dy: float"}, {"dshifts: float"}, shift_grad);
    add("KeyflowPhasesGrad", {"four: float"}, {"nine: float"}, unphases);
    add("KeyflowAdam", {"value: float", "first: float", "second: float", "gradient: float", "size: float"},
        {"next: float", "m: float", "v: float", "norm: float"}, adam);
  }
} loaded;

}  // namespace
