#include "report/pages/model_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/study_rows.h"

namespace exitaudit::report {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

schema::Curve curve(const std::string& name, const std::string& slice = "all") {
  schema::Curve curve;
  curve.dataset = "shirts";
  curve.network = "vgg16";
  curve.exits = 3;
  curve.seed = 1;
  curve.role = "target";
  curve.slice = slice;
  curve.name = name;
  curve.x = {.1, .5, 1};
  curve.y = {.2, .5, .8};
  return curve;
}

void add_clock(StudyResults& results, const std::string& source) {
  for (const char* name : {"latency_histogram", "latency_density", "latency_valleys"}) {
    const bool timed = std::string(name) == "latency_histogram";
    results.curves.push_back(curve(name, timed ? "exit=0" : "all"));
    results.curves.back().exit_source = timed ? source : "stolen/" + source;
  }
}

StudyResults study() {
  StudyResults results;
  results.rows = study_rows();
  for (const char* name : {"accuracy_by_tau", "ops_corrected_by_tau", "loss_density_members",
                           "loss_density_non_members", "train_loss_by_epoch"}) {
    results.curves.push_back(curve(name));
  }
  for (const char* slice : {"exit=0", "exit=1", "exit=2"}) {
    results.curves.push_back(curve("exit_share_by_tau", slice));
    results.curves.push_back(curve("test_top1_by_epoch", slice));
    results.rows.push_back(model_row(3, {slice, "exit_share", .33, .3, .36, 450}));
    results.rows.push_back(model_row(3, {slice, "test_accuracy", .7, .6, .8, 450}));
    results.rows.push_back(model_row(3, {slice, "train_accuracy", .9, .8, .95, 450}));
  }
  for (const char* side : {"members", "non_members"}) {
    results.rows.push_back(model_row(3, {"all", std::string("calibration_error_") + side, .05, kNaN, kNaN, 450}));
    results.rows.push_back(model_row(3, {"all", std::string("overthinking_wasteful_") + side, .4, .3, .5, 450}));
    results.rows.push_back(model_row(3, {"all", std::string("overthinking_destructive_") + side, .1, .05, .2, 450}));
  }
  add_clock(results, "copies=1");
  results.curves.push_back(curve("roc"));
  results.curves.back().role = "";
  results.curves.back().attack = "score";
  results.curves.back().exit_source = "known";
  results.curves.back().shadow = "same";
  return results;
}

const ModelSection& section(const ModelPage& page, const std::string& title) {
  for (const ModelSection& found : page.sections) {
    if (found.title == title) return found;
  }
  throw std::runtime_error("no section " + title);
}

TEST(ModelPages, AreOneATargetInOrder) {
  StudyResults results = study();
  results.rows.push_back(model_row(6, {"all", "tau", .5, kNaN, kNaN, 1}));
  results.rows.back().role = "shadow0";
  const std::vector<ModelPage> pages = model_pages(results);
  ASSERT_THAT(pages, SizeIs(2));
  EXPECT_EQ(pages[0].file, "shirts-vgg16-exits1-seed1.html");
  EXPECT_EQ(pages[1].title, "shirts vgg16, 3 exits, seed 1");
}

TEST(ModelPages, HaveAFileEachWhateverTheirNames) {
  StudyResults results;
  for (const char* dataset : {"a/b", "a b"}) {
    results.rows.push_back(model_row(1, {"all", "test_accuracy", .5, .4, .6, 10}));
    results.rows.back().dataset = dataset;
  }
  const std::vector<ModelPage> pages = model_pages(results);
  ASSERT_THAT(pages, SizeIs(2));
  EXPECT_EQ(pages[0].file, "a-b-vgg16-exits1-seed1.html");
  EXPECT_EQ(pages[1].file, "a-b-vgg16-exits1-seed1-2.html");
}

TEST(ModelPages, ShowWhatWasMeasured) {
  const ModelPage page = model_pages(study())[1];
  std::vector<std::string> ids;
  for (const Chart& chart : charts_of({page}))
    ids.push_back(chart.id.substr(std::string("shirts-vgg16-exits3-seed1-").size()));
  EXPECT_THAT(ids, ElementsAre("threshold-accuracy", "threshold-cost", "threshold-exits", "training-loss",
                               "training-accuracy", "overthinking", "losses", "times-copies-1", "roc"));
}

TEST(ModelPages, MarkTheChosenThresholdAndSayItsRule) {
  StudyResults results = study();
  ModelSection threshold = section(model_pages(results)[1], "Threshold");
  ASSERT_THAT(threshold.charts[0].marks, SizeIs(1));
  EXPECT_EQ(threshold.charts[0].marks[0].x, .85);
  EXPECT_THAT(threshold.sentences, Contains(HasSubstr("the cheapest")));
  results.settings = "calibrate:\n  rule: even\n";
  threshold = section(model_pages(results)[1], "Threshold");
  EXPECT_THAT(threshold.sentences, Contains(HasSubstr("used most evenly")));
}

TEST(ModelPages, GiveEachExitALineAndOnlyColumnsThatAreMeasured) {
  const ModelSection exits = section(model_pages(study())[1], "Accuracy and cost");
  ASSERT_THAT(exits.tables, SizeIs(2));
  EXPECT_THAT(exits.tables[1].columns, SizeIs(5));
  EXPECT_THAT(exits.tables[1].rows[2], ElementsAre("2", "33.0", "70.0 [60.0, 80.0]", "90.0", "20.0"));
}

TEST(ModelPages, SayInASentenceWhatIsNotThere) {
  const ModelPage vanilla = model_pages(study())[0];
  EXPECT_THAT(section(vanilla, "Threshold").sentences, ElementsAre(HasSubstr("one exit")));
  for (const char* title :
       {"Training", "Calibration and overthinking", "Losses of members and non-members", "Answering times"}) {
    EXPECT_THAT(section(vanilla, title).sentences, SizeIs(1)) << title;
    EXPECT_THAT(section(vanilla, title).charts, IsEmpty()) << title;
  }
}

TEST(ModelPages, NameResultsThatAreHoles) {
  StudyResults results = study();
  results.expected.push_back({"shirts", "vgg16", 3, 1, "target", "", "", "", "latencies", "measure_latency/x",
                              ResultState::kFailed, "no <GPU>"});
  std::erase_if(results.curves, [](const schema::Curve& curve) { return curve.name.starts_with("latency"); });
  const ModelPage page = model_pages(results)[1];
  EXPECT_THAT(section(page, "Answering times").sentences,
              ElementsAre("Not there: `measure_latency/x` is failed (no <GPU>)."));
  const std::string html = model_page_html(page, "demo", {});
  EXPECT_THAT(html, HasSubstr("<span class=\"badge bad\">failed</span></td><td class=\"short\">no &lt;GPU&gt;"));
}

TEST(ModelPages, ThinTheirRocsButNotTheirEnds) {
  StudyResults results = study();
  schema::Curve& roc = results.curves.back();
  roc.x.clear();
  roc.y.clear();
  for (int i = 0; i <= 5000; ++i) {
    roc.x.push_back(i / 5000.0);
    roc.y.push_back(i / 5000.0);
  }
  const Chart chart = section(model_pages(results)[1], "Attacks").charts.at(0);
  const ChartSeries& series = chart.series.at(0);
  EXPECT_LE(series.x.size(), 250U);
  EXPECT_EQ(series.x[0], 0);
  EXPECT_EQ(series.x[1], 1 / 5000.0);
  EXPECT_EQ(series.x.back(), 1);
  EXPECT_THAT(series.name, HasSubstr("score hybrid (known) 0.690"));
}

TEST(ModelPages, LeaveSweepsOfNoiseToTheTables) {
  StudyResults results = study();
  add_clock(results, "copies=1/noise=5x1");
  const ModelSection times = section(model_pages(results)[1], "Answering times");
  ASSERT_THAT(times.charts, SizeIs(1));
  EXPECT_THAT(times.charts[0].series, SizeIs(2));  // times by exit, and what the thief made of them
  EXPECT_THAT(times.charts[0].marks, SizeIs(3));
  EXPECT_THAT(times.sentences, ElementsAre(HasSubstr("1 of 2 clocks")));
}

TEST(ModelPageHtml, LinksItsFilesAndTheReport) {
  const ModelPage page = model_pages(study())[1];
  const std::string html = model_page_html(page, "demo", {{"shirts-vgg16-exits3-seed1-roc", "<svg></svg>"}});
  EXPECT_THAT(html, HasSubstr("href=\"../index.html\""));
  EXPECT_THAT(html, HasSubstr("href=\"shirts-vgg16-exits3-seed1-roc.svg\""));
  EXPECT_THAT(html, Not(HasSubstr(".png")));
  EXPECT_THAT(html, HasSubstr("(not drawn)"));
}

}  // namespace
}  // namespace exitaudit::report
