#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/ingest/image_file.h"
#include "stages/ingest/readers.h"
#include "tests/support/raw_files.h"

namespace exitaudit::ingest::test {
namespace {

using testing::Each;
using testing::HasSubstr;

TEST(ImageFile, DecodesPngExactlyInPlanes) {
  const TempDir dir;
  write_bytes(dir / "a.png", png(3, 2, 10, 20, 30));
  const Image image = read_image(dir / "a.png");
  EXPECT_EQ(image.width, 3);
  EXPECT_EQ(image.height, 2);
  EXPECT_EQ(image.pixels,
            (std::vector<std::uint8_t>{10, 10, 10, 10, 10, 10, 20, 20, 20, 20, 20, 20, 30, 30, 30, 30, 30, 30}));
}

TEST(ImageFile, RepeatsGreyOverThreeChannels) {
  const TempDir dir;
  write_bytes(dir / "a.png", png(4, 4, 77, 77, 77, true));
  write_bytes(dir / "b.jpg", jpeg(8, 8, 120, 120, 120, true));
  EXPECT_THAT(read_image(dir / "a.png").pixels, Each(77));
  const Image image = read_image(dir / "b.jpg");
  EXPECT_EQ(image.pixels.size(), 192U);
  EXPECT_THAT(image.pixels, Each(120));
}

TEST(ImageFile, DecodesJpegInPlanes) {
  const TempDir dir;
  write_bytes(dir / "a.jpg", jpeg(8, 8, 200, 100, 50));
  const Image image = read_image(dir / "a.jpg");
  EXPECT_NEAR(image.pixels[0], 200, 2);
  EXPECT_NEAR(image.pixels[64], 100, 2);
  EXPECT_NEAR(image.pixels[128], 50, 2);
}

TEST(ImageFile, NamesAnUndecodableImage) {
  const TempDir dir;
  const std::string whole_jpeg = jpeg(32, 32, 200, 100, 50);
  const std::string whole_png = png(32, 32, 200, 100, 50);
  write_bytes(dir / "a.jpg", whole_jpeg.substr(0, whole_jpeg.size() / 3));
  write_bytes(dir / "b.png", whole_png.substr(0, whole_png.size() - 20));
  write_bytes(dir / "c.jpg", "GIF89a");
  write_bytes(dir / "d.jpg", "");
  write_bytes(dir / "e.jpg", whole_jpeg.substr(0, whole_jpeg.size() - 8));
  EXPECT_THAT(message_of([&] { read_image(dir / "a.jpg"); }), HasSubstr("a.jpg: not a complete JPEG image ("));
  EXPECT_THAT(message_of([&] { read_image(dir / "b.png"); }), HasSubstr("b.png: not a complete PNG image ("));
  EXPECT_THAT(message_of([&] { read_image(dir / "c.jpg"); }), HasSubstr("neither a JPEG nor a PNG image (6 bytes)"));
  EXPECT_THAT(message_of([&] { read_image(dir / "d.jpg"); }), HasSubstr("neither a JPEG nor a PNG image (0 bytes)"));
  EXPECT_THAT(message_of([&] { read_image(dir / "e.jpg"); }), HasSubstr("not a complete JPEG image"));
}

TEST(ImageFile, RefusesAHostileSizeBeforeAllocating) {
  const TempDir dir;
  std::string bytes = png(8, 8, 1, 2, 3);
  bytes[16] = '\x7f';  // width 0x7f000008, the checksum of the header is wrong as well
  write_bytes(dir / "a.png", bytes);
  EXPECT_THAT(message_of([&] { read_image(dir / "a.png"); }), HasSubstr("a.png: "));
  write_bytes(dir / "b.png", png(2000, 1, 1, 2, 3));
  EXPECT_THAT(message_of([&] { read_image(dir / "b.png"); }),
              HasSubstr("an image of 2000x1 pixels; expected 1 to 1024 a side; scale the images down"));
}

/// Images are marked by their red value.
void write_png(const TempDir& dir, const std::string& name, std::uint8_t red) {
  write_bytes(dir / name, png(4, 4, red, 0, 0));
}

TEST(ImageFolder, ReadsTrainBeforeTestInTheOrderOfNames) {
  const TempDir dir;
  write_png(dir, "train/dog/b.png", 4);
  write_png(dir, "train/dog/a.png", 3);
  write_png(dir, "train/cat/10.png", 1);
  write_png(dir, "train/cat/9.png", 2);
  write_png(dir, "test/dog/x.PNG", 5);
  write_bytes(dir / "train/cat/notes.txt", "no image");
  write_bytes(dir / "train/.cache/z.png", "hidden");
  const schema::Dataset dataset = read_source(raw_source(dir.path(), Format::kImageFolder));
  EXPECT_EQ(dataset.class_names, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(dataset.labels, (std::vector<std::int32_t>{0, 0, 1, 1, 1}));
  EXPECT_EQ(dataset.train_count, 4);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(dataset.samples[i * 48], i + 1);
}

TEST(ImageFolder, TakesClassFoldersAloneAsTraining) {
  const TempDir dir;
  write_png(dir, "a/1.png", 1);
  write_png(dir, "b/1.png", 2);
  const schema::Dataset dataset = read_source(raw_source(dir.path(), Format::kImageFolder, 2));
  EXPECT_EQ(dataset.classes, 2);
  EXPECT_EQ(dataset.train_count, 2);
}

TEST(ImageFolder, NamesAnImageOfAnotherSize) {
  const TempDir dir;
  write_png(dir, "a/1.png", 1);
  write_bytes(dir / "b/2.png", png(5, 4, 0, 0, 0));
  EXPECT_THAT(message_of([&] { read_source(raw_source(dir.path(), Format::kImageFolder)); }),
              HasSubstr((dir / "b/2.png").string() + ": 5x4 pixels; expected 4x4 as " + (dir / "a/1.png").string()));
}

TEST(ImageFolder, NamesATestClassWithoutTrainingImages) {
  const TempDir dir;
  write_png(dir, "train/a/1.png", 1);
  write_png(dir, "test/c/1.png", 1);
  EXPECT_THAT(message_of([&] { read_source(raw_source(dir.path(), Format::kImageFolder)); }),
              HasSubstr((dir / "test/c").string() + ": a class that the training images do not have"));
}

TEST(ImageFolder, NamesAWrongNumberOfClassesAndAnEmptyFolder) {
  const TempDir dir;
  write_png(dir, "a/1.png", 1);
  EXPECT_THAT(message_of([&] { read_source(raw_source(dir.path(), Format::kImageFolder, 10)); }),
              HasSubstr("1 class folders; expected 10"));
  const TempDir empty;
  EXPECT_THAT(message_of([&] { read_source(raw_source(empty.path(), Format::kImageFolder)); }),
              HasSubstr("no .jpg, .jpeg or .png below its class folders"));
}

class TinyImagenet : public testing::Test {
 protected:
  TinyImagenet() {
    write_png(dir_, "train/n02/images/n02_0.JPEG", 3);
    write_png(dir_, "train/n01/images/n01_1.JPEG", 2);
    write_png(dir_, "train/n01/images/n01_0.JPEG", 1);
    write_png(dir_, "val/images/val_0.JPEG", 4);
    write_png(dir_, "val/images/val_1.JPEG", 5);
    write_bytes(dir_ / "wnids.txt", "n02\nn01\n");
    annotate("val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t0\t0\t1\t1\n");
  }
  void annotate(const std::string& lines) { write_bytes(dir_ / "val/val_annotations.txt", lines); }
  RawSource source() const { return raw_source(dir_.path(), Format::kTinyImagenet, 2); }
  std::string fault() const {
    return message_of([&] { read_source(source()); });
  }
  TempDir dir_;
};

TEST_F(TinyImagenet, RanksClassesByNameAndNotByWnids) {
  const schema::Dataset dataset = read_source(source());
  EXPECT_EQ(dataset.labels, (std::vector<std::int32_t>{0, 0, 1, 1, 0}));
  EXPECT_EQ(dataset.class_names, (std::vector<std::string>{"n01", "n02"}));
  EXPECT_EQ(dataset.train_count, 3);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(dataset.samples[i * 48], i + 1);
}

TEST_F(TinyImagenet, NamesAnAnnotationOfAnUnknownClass) {
  annotate("val_0.JPEG\tn02\t0\nval_1.JPEG\tn99\t0\n");
  EXPECT_THAT(fault(), HasSubstr("val_annotations.txt, row 2: class n99 has no folder in train/"));
}

TEST_F(TinyImagenet, NamesAMalformedAnnotation) {
  annotate("val_0.JPEG n02\n");
  EXPECT_THAT(fault(), HasSubstr("row 1: expected an image's name and its wnid, separated by tabs"));
  annotate("../../etc/passwd\tn02\n");
  EXPECT_THAT(fault(), HasSubstr("row 1: expected an image's name"));
}

TEST_F(TinyImagenet, NamesAMissingImageAndSkipsItIfAllowed) {
  annotate("val_0.JPEG\tn02\t0\nval_7.JPEG\tn01\t0\n");
  EXPECT_THAT(fault(), HasSubstr("row 2: " + (dir_ / "val/images/val_7.JPEG").string() + " is missing"));
  RawSource raw = source();
  raw.source.allow_truncated = true;
  EXPECT_EQ(read_source(raw).count(), 4);
}

}  // namespace
}  // namespace exitaudit::ingest::test
