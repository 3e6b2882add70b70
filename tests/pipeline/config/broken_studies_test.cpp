// Every message about a broken study file, each with a file of its own in tests/golden/broken_studies.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "pipeline/config/yaml_reader.h"
#include "tests/pipeline/config/small_study.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::SmallStudy;

struct Broken {
  const char* file;     ///< without .yaml
  const char* message;  ///< from ":line:col: " on
};

const std::vector<Broken> kBroken{
    {"unknown_key", ":3:3: unknown key \"learning_rte\" in train; did you mean \"learning_rate\"?"},
    {"unknown_block", ":2:1: unknown key \"trian\"; did you mean \"train\"?"},
    {"unknown_key_without_neighbour", ":1:9: unknown key \"colour\" in train; known here: epochs, learning_rate,"},
    {"duplicate_key", ":3:1: the key \"train\" is written twice; first at "},
    {"duplicate_key", "duplicate_key.yaml:2:1"},
    {"integer_as_word", ":2:11: train.epochs: expected an integer from 1 to 100000, got \"many\""},
    {"integer_out_of_range", ":1:17: train.epochs: expected an integer from 1 to 100000, got \"0\""},
    {"integer_with_exponent", ":1:17: train.epochs: expected an integer from 1 to 100000, got \"1e3\"; write all its"},
    {"integer_with_fraction", ":1:17: train.epochs: expected an integer from 1 to 100000, got \"80.0\"; write all its"},
    {"integer_in_octal", ":1:17: train.epochs: expected an integer from 1 to 100000, got \"010\"; write it without le"},
    {"integer_in_hexadecimal",
     ":1:17: train.epochs: expected an integer from 1 to 100000, got \"0x10\"; write it in d"},
    {"integer_with_underscore", "got \"1_000\"; write it without \"_\""},
    {"integer_in_quotes", "got the text \"80\"; write it without quotes"},
    {"integer_too_long", ":1:17: train.epochs: expected an integer from 1 to 100000, got \"99999999999999999999\""},
    {"integer_missing", ":2:3: train.epochs: expected an integer from 1 to 100000, got nothing"},
    {"real_not_a_number", ":1:24: train.learning_rate: expected a number above 0 and up to 10, got \"nan\""},
    {"real_infinite", ":1:24: train.learning_rate: expected a number above 0 and up to 10, got \".inf\""},
    {"real_at_its_open_limit", ":1:24: train.learning_rate: expected a number above 0 and up to 10, got \"0\""},
    {"real_too_large", ":1:19: train.momentum: expected a number from 0 to 1, got \"1.5\""},
    {"real_as_list", ":1:24: train.learning_rate: expected a number above 0 and up to 10, got a list"},
    {"boolean_yes", ":1:15: characterize: expected a boolean, got \"yes\"; write true or false"},
    {"boolean_off", ":1:15: characterize: expected a boolean, got \"off\"; write true or false"},
    {"boolean_in_quotes",
     ":1:15: characterize: expected a boolean, got the text \"true\"; write true or false, without"},
    {"choice_misspelt", ":1:20: train.optimizer: expected one of sgd, adam, got \"adm\"; did you mean \"adam\"?"},
    {"choice_unknown", ":1:20: train.optimizer: expected one of sgd, adam, got \"newton\""},
    {"text_as_list", ":1:8: study: expected a text, got a list"},
    {"text_missing", ":1:1: study: expected a text, got nothing"},
    {"list_as_scalar", ":1:21: train.milestones: expected a list in brackets, got \"30\"; write [30]"},
    {"list_missing", ":1:21: train.milestones: expected a list in brackets, got nothing; write [] for an empty list"},
    {"list_element_wrong", ":1:26: train.milestones.1: expected an integer of at least 1, got \"sixty\""},
    {"list_element_wrong", ":1:33: train.milestones.2: expected an integer of at least 1, got \"0\""},
    {"list_choice_wrong", ":1:18: axes.network.0: expected one of vgg16, fcn, got \"vgg17\"; did you mean \"vgg16\"?"},
    {"block_as_scalar", ":1:8: train: expected a block of settings, got \"5\""},
    {"block_as_list", ":1:8: train: expected a block of settings, got a list"},
    {"blocks_as_block", ":1:10: attacks: expected a list of blocks, got a block"},
    {"blocks_missing", ":1:1: attacks: expected a list of blocks, got nothing; write [] for an empty list"},
    {"blocks_element_as_scalar", ":2:5: attacks.0: expected a block of settings, got \"score\""},
    {"blocks_element_as_scalar", ":3:12: attacks.1.kind: expected one of score, gradient, none, got \"gradiant\"; did"},
    {"map_as_list", ":1:11: datasets: expected a block of names, got a list"},
    {"map_name_with_slash",
     ":2:3: datasets: expected a name of letters, digits, \"_\", \".\" and \"-\", got \"../mine\""},
    {"map_element_wrong", ":2:19: datasets.mine.classes: expected an integer from 2 to 1000, got \"1\""},
    {"anchor_and_alias", ":1:8: an anchor (\"&shared\") is not allowed"},
    {"anchor_and_alias", ":2:7: an alias (*name) is not allowed"},
    {"alias_bomb", ":5:8: an alias (*name) is not allowed"},
    {"undefined_alias", ":1:8: this is not valid YAML: an alias (*name) is not allowed"},
    {"merge_key", ":2:3: a merge key (<<) is not allowed"},
    {"tag", ":1:17: a tag (\"tag:yaml.org,2002:int\") is not allowed"},
    {"tag_on_block", ":1:8: a tag (\"!python/object:os.system\") is not allowed"},
    {"two_documents", ":2:1: a second document starts here"},
    {"list_then_key", ":2:1: a second document starts here; write one (is the indentation wrong,"},
    {"root_is_a_list", ":1:1: expected settings as \"key: value\", got a list"},
    {"root_without_blank",
     ":1:1: expected settings as \"key: value\", got \"study:broken\"; put a blank after the colon"},
    {"list_as_key", ":1:1: a list or block cannot be a key"},
    {"key_missing", ":1:1: a key is missing here"},
    {"bracket_left_open", ":1:28: this is not valid YAML: a bracket closes that does not fit; the \"[\" at "},
    {"bracket_never_closed", ":3:1: this is not valid YAML: a block's \"}\" is missing; the \"{\" at "},
    {"quotation_left_open", ":3:1: this is not valid YAML: a quotation mark is never closed"},
    {"tab_as_indentation", "; indent with blanks, not tabs"},
    {"indentation_uneven", ":3:2: this is not valid YAML: the indentation does not fit the lines above"},
    {"colon_twice", ":1:9: this is not valid YAML: a \":\" cannot stand here"},
    {"list_on_the_line_of_its_key", ":1:10: this is not valid YAML: a \"- \" cannot stand here"},
    {"value_begins_with_percent", ":1:8: this is not valid YAML: no value can begin with this character"},
    {"unknown_escape", ":1:12: this is not valid YAML: unknown escape character: q"},
    {"nul_byte", ":2:8: the byte 0x00 is not text"},
    {"control_byte", ":1:15: the byte 0x07 is not text"},
    {"latin1_byte", ":1:11: the byte 0xe9 is not text"},
    {"utf16", ":1:1: the byte 0xff is not text"},
    {"nested_too_deep", ":1:39: nested deeper than 32 levels"},
};

fs::path folder() {
  return fs::path(EXITAUDIT_SOURCE_DIR) / "tests/golden/broken_studies";
}

/// All faults of a file, one a line; "" if there are none.
std::string faults_of(const YamlDocument& document) {
  SmallStudy study;
  return message_of([&] { throw_faults(document.read([&](Fields& f) { describe(f, study); })); });
}
std::string faults_of(const fs::path& path) {
  std::string faults;
  const std::string thrown = message_of([&] { faults = faults_of(YamlDocument::from_file(path)); });
  return thrown + faults;
}

TEST(BrokenStudies, SayWhatIsWrongAndWhere) {
  for (const Broken& broken : kBroken) {
    const fs::path path = folder() / (std::string(broken.file) + ".yaml");
    const std::string faults = faults_of(path);
    EXPECT_NE(faults.find(broken.message), std::string::npos) << "expected " << broken.message << "\ngot " << faults;
    EXPECT_TRUE(faults.starts_with(path.string() + ":")) << faults;
  }
}

TEST(BrokenStudies, AreAllInTheTable) {
  std::set<std::string> tabled{"several_faults"};
  for (const Broken& broken : kBroken) tabled.insert(broken.file);
  for (const auto& entry : fs::directory_iterator(folder())) {
    EXPECT_TRUE(tabled.contains(entry.path().stem())) << entry.path();
  }
}

TEST(BrokenStudies, ReportAllFaultsAtOnceInTheOrderOfTheFile) {
  const fs::path path = folder() / "several_faults.yaml";
  const std::string file = path.string();
  EXPECT_EQ(faults_of(path), file + ":1:1: unknown key \"stuby\"; did you mean \"study\"?\n" +  //
                                 file + ":3:11: train.epochs: expected an integer from 1 to 100000, got \"many\"\n" +
                                 file + ":4:3: unknown key \"optimiser\" in train; did you mean \"optimizer\"?\n" +
                                 file + ":5:32: attacks.0.share: expected a number from 0 to 1, got \"2\"\n" + file +
                                 ":6:1: the key \"stuby\" is written twice; first at " + file + ":1:1");
}

TEST(BrokenStudies, AreBadInput) {
  try {
    YamlDocument::from_file(folder() / "tag.yaml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
  }
}

std::string parse_fault(const std::string& text) {
  return message_of([&] { YamlDocument::from_text(text, "x.yaml"); });
}

std::string repeated(const std::string& text, std::size_t bytes) {
  std::string whole;
  while (whole.size() + text.size() <= bytes) whole += text;
  return whole;
}

TEST(HostileYaml, IsRefusedAboveOneMebibyte) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  EXPECT_EQ(parse_fault("#" + std::string(kMebibyte - 1, 'x')), "");
  EXPECT_EQ(parse_fault("#" + std::string(kMebibyte, 'x')), "x.yaml:1:1: 1048577 bytes; at most 1048576 are expected");
}

TEST(HostileYaml, MayNestThirtyTwoLevels) {
  EXPECT_EQ(parse_fault("a: " + std::string(31, '[') + std::string(31, ']')), "");
  EXPECT_NE(parse_fault("a: " + std::string(32, '[') + std::string(32, ']')), "");
}

TEST(HostileYaml, DoesNotExhaustTheStack) {
  for (const char* bomb : {"[", "{", "- ", "? ", "{a: ", "[a: ", "a: [", "[? ", "!a ", "&a ", "---\n"}) {
    EXPECT_NE(parse_fault(repeated(bomb, 200000)), "") << bomb;
    EXPECT_NE(parse_fault("a: " + repeated(bomb, 200000)), "") << bomb;
  }
  EXPECT_NE(parse_fault(repeated("[", std::size_t{1} << 20)), "");
}

TEST(HostileYaml, IsReportedWithTheFirstHundredFaults) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "key" + std::to_string(i) + ": 1\n";
  const std::string faults = faults_of(YamlDocument::from_text(text, "x.yaml"));
  EXPECT_EQ(std::count(faults.begin(), faults.end(), '\n'), 100);
  EXPECT_TRUE(faults.ends_with("\nx.yaml: and 4900 more faults")) << faults;
}

TEST(HostileYaml, IsQuotedBriefly) {
  const std::string text = "train: {optimizer: \"" + std::string(100000, 'a') + "\"}\n\"\\u001b[2J\": 1\n";
  const std::string faults = faults_of(YamlDocument::from_text(text, "x.yaml"));
  EXPECT_LT(faults.size(), 400U);
  EXPECT_NE(faults.find("unknown key \"\\u001b[2J\""), std::string::npos) << faults;
}

TEST(HostileYaml, IsRefusedWhereAFolderOrNothingIsThere) {
  const test::TempDir temp;
  EXPECT_NE(message_of([&] { YamlDocument::from_file(temp.path()); }), "");
  EXPECT_NE(message_of([&] { YamlDocument::from_file(temp / "none.yaml"); }).find("none.yaml"), std::string::npos);
}

}  // namespace
}  // namespace exitaudit
