#include "stages/measure_boundary/hop_skip_jump.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <utility>

#include "pipeline/base/error.h"
#include "pipeline/base/normals.h"
#include "pipeline/base/random.h"
#include "stages/common/tensor_io.h"

namespace exitaudit::measure_boundary {
namespace {

constexpr std::int64_t kDrawsAtOnce = 10;  // start samples; mostly the first few will do
constexpr double kPullPrecision = 0.001;   // of the first search along a line, as a share of it
constexpr int kMostHalvings = 50;          // then the step is lost in rounding, and the sample stays where it is

/// [count, d] standard normals, made by all threads.
torch::Tensor draw_normals(const std::vector<std::string>& names, std::int64_t count, std::int64_t d) {
  torch::Tensor normals = torch::empty({count, d});
  const std::span<float> all(normals.mutable_data_ptr<float>(), static_cast<std::size_t>(normals.numel()));
  const NormalStream stream(names);
  constexpr auto kBlock = static_cast<std::int64_t>(NormalStream::kBlock);
  at::parallel_for(0, (normals.numel() + kBlock - 1) / kBlock, 128, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t first = begin * kBlock;
    const std::int64_t last = std::min(end * kBlock, normals.numel());
    stream.fill(static_cast<std::uint64_t>(first),
                all.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)));
  });
  return normals;
}

double distance(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.to(torch::kDouble) - b.to(torch::kDouble)).norm().item<double>();
}

/// What a sample waits for.
enum class Phase {
  kLabel,    // its own label
  kStart,    // the labels of a few start samples
  kPull,     // a point between sample and start
  kProject,  // a point between sample and position: onto the boundary
  kProbe,    // the labels around the position
  kStep,     // a point from the position along the estimated gradient
  kFinish,   // as kProject, after the last step
  kDone
};

/// The search of one sample: a small state machine that is asked what it wants to know and told the answer. A point is
/// base + reach * move, clipped, as many samples' points are made at once; a block has tensors of its own. All sums run
/// over one sample's tensors, whose shapes do not depend on the company.
class Search {
 public:
  Search(std::int64_t row, torch::Tensor x, std::vector<std::string> names, const HopSkipJumpSettings& settings)
      : row_(row), x_(std::move(x)), names_(std::move(names)), settings_(settings), base_(x_), move_(x_) {}

  std::int64_t row() const { return row_; }
  const BoundaryPoint& result() const { return result_; }
  bool done() const { return phase_ == Phase::kDone; }
  bool wants_block() const { return phase_ == Phase::kStart || phase_ == Phase::kProbe; }
  std::int64_t block_size() const { return phase_ == Phase::kStart ? draws_next() : probes_next(); }
  const torch::Tensor& base() const { return base_; }
  const torch::Tensor& move() const { return move_; }
  float reach() const { return static_cast<float>(reach_); }
  double fraction() const {
    return done() ? 1 : static_cast<double>(iteration_) / static_cast<double>(settings_.iterations + 1);
  }

  /// [block_size(), d]
  const torch::Tensor& make_block() {
    block_ = phase_ == Phase::kStart ? draw_starts() : draw_probes();
    return block_;
  }

  /// The labels of what was asked.
  void take(std::span<const std::int64_t> labels) {
    result_.queries += static_cast<std::int64_t>(labels.size());
    switch (phase_) {
      case Phase::kLabel:
        result_.label = labels[0];
        phase_ = draws_next() > 0 ? Phase::kStart : Phase::kDone;
        break;
      case Phase::kStart:
        take_starts(labels);
        break;
      case Phase::kPull:
      case Phase::kProject:
      case Phase::kFinish:
        take_half(crossed(labels[0]));
        break;
      case Phase::kProbe:
        take_probes(labels);
        break;
      case Phase::kStep:
        take_step(crossed(labels[0]));
        break;
      case Phase::kDone:
        break;
    }
  }

 private:
  bool crossed(std::int64_t label) const { return label != result_.label; }
  std::int64_t d() const { return x_.size(0); }
  double theta() const { return 0.01 / std::sqrt(static_cast<double>(d())); }
  torch::Tensor clipped(const torch::Tensor& point) const { return point.clamp(settings_.low, settings_.high); }
  torch::Tensor point() const { return clipped(base_ + reach() * move_); }

  std::vector<std::string> stream_names(const char* purpose, std::int64_t number) const {
    std::vector<std::string> names = names_;
    names.insert(names.end(), {purpose, std::to_string(number)});
    return names;
  }

  std::int64_t draws_next() const { return std::min(kDrawsAtOnce, settings_.start_draws - drawn_); }
  std::int64_t probes_next() const {
    const double wanted =
        static_cast<double>(settings_.initial_probes) * std::sqrt(static_cast<double>(iteration_ + 1));
    return std::min(static_cast<std::int64_t>(wanted), settings_.most_probes);
  }

  torch::Tensor draw_starts() const {
    torch::Tensor draws = torch::empty({draws_next(), d()});
    float* values = draws.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < draws.size(0); ++i) {
      RandomStream random(stream_names("start", drawn_ + i));
      for (std::int64_t k = 0; k < d(); ++k) {
        *values++ = static_cast<float>(settings_.low + (settings_.high - settings_.low) * random.uniform());
      }
    }
    return draws.to(x_.device());
  }

  void take_starts(std::span<const std::int64_t> labels) {
    drawn_ += static_cast<std::int64_t>(labels.size());
    const auto start = std::find_if(labels.begin(), labels.end(), [&](std::int64_t label) { return crossed(label); });
    if (start != labels.end()) {
      result_.found = true;
      position_ = block_[start - labels.begin()].clone();
      halve(Phase::kPull, kPullPrecision);
    } else if (draws_next() == 0) {
      phase_ = Phase::kDone;
    }
    block_ = torch::Tensor();
  }

  /// Begins a binary search on the line from the sample (0) to the position (1), down to a `precision` of its length.
  void halve(Phase phase, double precision) {
    phase_ = phase;
    precision_ = precision;
    base_ = x_;
    move_ = position_ - x_;
    near_ = 0;
    far_ = 1;
    reach_ = 0.5;
  }

  void take_half(bool is_crossed) {
    (is_crossed ? far_ : near_) = reach_;
    reach_ = (near_ + far_) / 2;
    if (far_ - near_ > precision_) return;
    reach_ = far_;
    if (far_ < 1) position_ = point();  // the very point that was asked
    if (phase_ == Phase::kPull) return begin_iteration();
    const double reached = distance(position_, x_);
    if (result_.distance == 0 || reached < result_.distance) result_.distance = reached;
    phase_ = phase_ == Phase::kFinish ? Phase::kDone : Phase::kProbe;
    last_distance_ = reached;
  }

  void begin_iteration() {
    if (iteration_ == settings_.iterations) return halve(Phase::kFinish, theta());
    probe_radius_ = iteration_ == 0 ? 0.1 * (settings_.high - settings_.low) : 0.01 * distance(position_, x_);
    halve(Phase::kProject, theta());
  }

  torch::Tensor draw_probes() const {
    torch::Tensor probes = draw_normals(stream_names("probe", iteration_), probes_next(), d()).to(x_.device());
    const torch::Tensor lengths = probes.square().sum(1, true).sqrt();
    return probes.mul_(probe_radius_ / lengths).add_(position_).clamp_(settings_.low, settings_.high);
  }

  /// Steps along the mean of the directions, each weighted by how much more often than the others it crosses.
  void take_probes(std::span<const std::int64_t> labels) {
    const auto crossings = std::count_if(labels.begin(), labels.end(), [&](auto label) { return crossed(label); });
    const double mean = 2 * static_cast<double>(crossings) / static_cast<double>(labels.size()) - 1;
    const bool all_equal = std::abs(mean) == 1;
    std::vector<float> weights;
    for (const std::int64_t label : labels) {
      weights.push_back(static_cast<float>((crossed(label) ? 1 : -1) - (all_equal ? 0 : mean)));
    }
    const torch::Tensor directions = block_.sub_(position_);
    const torch::Tensor sum = torch::mv(directions.t(), torch::tensor(weights).to(x_.device()));
    block_ = torch::Tensor();
    base_ = position_;
    move_ = sum / sum.norm().clamp_min(1e-30);
    reach_ = last_distance_ / std::sqrt(static_cast<double>(iteration_ + 1));
    halvings_ = 0;
    phase_ = Phase::kStep;
  }

  void take_step(bool is_crossed) {
    if (!is_crossed && ++halvings_ <= kMostHalvings) {
      reach_ /= 2;
      return;
    }
    if (is_crossed) position_ = point();
    ++iteration_;
    begin_iteration();
  }

  std::int64_t row_;
  torch::Tensor x_;  // [d]
  std::vector<std::string> names_;
  const HopSkipJumpSettings& settings_;
  Phase phase_ = Phase::kLabel;
  BoundaryPoint result_;
  torch::Tensor base_;
  torch::Tensor move_;
  double reach_ = 0;
  torch::Tensor position_;  // [d], always one that was asked and had another label
  double last_distance_ = 0;
  torch::Tensor block_;
  double near_ = 0;
  double far_ = 1;
  double precision_ = 1;
  double probe_radius_ = 0;
  std::int64_t drawn_ = 0;
  std::int64_t iteration_ = 0;
  int halvings_ = 0;
};

/// All searches: takes samples on board, asks for those in flight together, lets the finished leave.
class Flight {
 public:
  Flight(DecisionOracle& oracle, const torch::Tensor& samples, const std::vector<std::int64_t>& index,
         const std::vector<std::string>& names, const HopSkipJumpSettings& settings)
      : oracle_(oracle), samples_(samples), index_(index), names_(names), settings_(settings), found_(index.size()) {}

  bool finished() const { return flying_.empty() && boarded_ == found_.size(); }
  std::vector<BoundaryPoint>& found() { return found_; }

  void round() {
    board();
    std::vector<Search*> points;
    std::vector<Search*> blocks;
    std::vector<torch::Tensor> asked;
    gather(points, blocks, asked);
    const std::vector<std::int64_t> labels = to_vector<std::int64_t>(oracle_.decide(torch::cat(asked)));
    std::span<const std::int64_t> rest(labels);
    const auto hand_out = [&](Search& search, std::size_t count) {
      search.take(rest.first(count));
      rest = rest.subspan(count);
    };
    for (Search* search : points) hand_out(*search, 1);
    for (Search* search : blocks) hand_out(*search, static_cast<std::size_t>(search->block_size()));
    land();
  }

  SearchProgress progress() const {
    const auto finished = static_cast<double>(boarded_ - flying_.size());
    double fraction = finished;
    for (const auto& search : flying_) fraction += search->fraction();
    return {.finished = static_cast<std::int64_t>(finished),
            .fraction = found_.empty() ? 1 : fraction / static_cast<double>(found_.size())};
  }

 private:
  void board() {
    while (boarded_ < found_.size() && static_cast<std::int64_t>(flying_.size()) < settings_.in_flight) {
      std::vector<std::string> names = names_;
      names.push_back(std::to_string(index_[boarded_]));
      const auto row = static_cast<std::int64_t>(boarded_++);
      flying_.push_back(std::make_unique<Search>(row, samples_[row], std::move(names), settings_));
    }
  }

  /// Every point that is wanted, and of the blocks the eldest, as long as the batch has room.
  void gather(std::vector<Search*>& points, std::vector<Search*>& blocks, std::vector<torch::Tensor>& asked) {
    std::int64_t size = 0;
    for (const auto& search : flying_) {
      if (!search->wants_block()) points.push_back(search.get());
    }
    if (!points.empty()) asked.push_back(make_points(points));
    size += static_cast<std::int64_t>(points.size());
    for (const auto& search : flying_) {
      if (!search->wants_block() || (size > 0 && size + search->block_size() > settings_.batch)) continue;
      size += search->block_size();
      blocks.push_back(search.get());
      asked.push_back(search->make_block());
    }
  }

  /// base + reach * move of each, clipped. Products and sums apart, as Search::point() has them: the same bits.
  torch::Tensor make_points(const std::vector<Search*>& searches) const {
    std::vector<torch::Tensor> bases;
    std::vector<torch::Tensor> moves;
    std::vector<float> reaches;
    for (const Search* search : searches) {
      bases.push_back(search->base());
      moves.push_back(search->move());
      reaches.push_back(search->reach());
    }
    const torch::Tensor reach = torch::tensor(reaches).to(samples_.device()).unsqueeze(1);
    return torch::stack(moves).mul_(reach).add_(torch::stack(bases)).clamp_(settings_.low, settings_.high);
  }

  void land() {
    for (const auto& search : flying_) {
      if (search->done()) found_[static_cast<std::size_t>(search->row())] = search->result();
    }
    std::erase_if(flying_, [](const auto& search) { return search->done(); });
  }

  DecisionOracle& oracle_;
  const torch::Tensor& samples_;
  const std::vector<std::int64_t>& index_;
  const std::vector<std::string>& names_;
  const HopSkipJumpSettings& settings_;
  std::vector<BoundaryPoint> found_;
  std::size_t boarded_ = 0;
  std::vector<std::unique_ptr<Search>> flying_;
};

}  // namespace

std::vector<BoundaryPoint> hop_skip_jump(DecisionOracle& oracle, const torch::Tensor& samples,
                                         const std::vector<std::int64_t>& index, const std::vector<std::string>& names,
                                         const HopSkipJumpSettings& settings,
                                         const std::function<void(const SearchProgress&)>& after_round) {
  require(samples.dim() == 2 && samples.size(0) == static_cast<std::int64_t>(index.size()), "one index a sample");
  require(settings.low < settings.high, "the clipping range is not empty");
  const torch::NoGradGuard no_gradient;
  Flight flight(oracle, samples, index, names, settings);
  while (!flight.finished()) {
    flight.round();
    after_round(flight.progress());
  }
  return std::move(flight.found());
}

}  // namespace exitaudit::measure_boundary
