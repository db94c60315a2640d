package io.convoy.spark.config;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where the examples come from. */
public sealed interface DataConfig {
    /** What is done to each training image anew in every epoch, in this order. */
    List<AugmentationConfig> augmentation();

    /** The mean and deviation that inputs are normalised with; absent, both are measured on the training images. */
    @Nullable
    NormalisationConfig normalisation();

    /** The same data with its places made absolute by {@code absolute}. */
    DataConfig at(UnaryOperator<String> absolute);

    /**
     * {@code kind: strokes}: digits that the program draws itself, 28×28 gray, ten classes.
     *
     * @param train the number of training images
     * @param test the number of test images
     * @param augmentation default none
     * @param normalisation default measured
     */
    record Strokes(
            @Default("60000") int train,
            @Default("10000") int test,
            @Default("[]") List<AugmentationConfig> augmentation,
            @Nullable NormalisationConfig normalisation)
            implements DataConfig {
        /** Checks that there are images to train and to test on. */
        public Strokes {
            Expect.atLeast("train", train, 1);
            Expect.atLeast("test", test, 1);
            augmentation = List.copyOf(augmentation);
            AugmentationConfig.requireOrder(augmentation);
        }

        @Override
        public Strokes at(UnaryOperator<String> absolute) {
            return this;
        }
    }

    /**
     * {@code kind: idx}: the file format of MNIST and its successors, plain or gzipped, on any Hadoop path.
     *
     * @param root the folder that relative names start from; itself relative to the working directory, which is the default
     * @param classes the number of classes; labels go from 0 to classes − 1; default 10
     * @param train the training examples
     * @param test the test examples
     * @param augmentation default none
     * @param normalisation default measured
     */
    record Idx(
            @Circumstance @Default(".") String root,
            @Default("10") int classes,
            Files train,
            Files test,
            @Default("[]") List<AugmentationConfig> augmentation,
            @Nullable NormalisationConfig normalisation)
            implements DataConfig {
        /** Checks that the root is named. */
        public Idx {
            Expect.text("root", root);
            Expect.atLeast("classes", classes, 1);
            augmentation = List.copyOf(augmentation);
            AugmentationConfig.requireOrder(augmentation);
        }

        @Override
        public Idx at(UnaryOperator<String> absolute) {
            return new Idx(absolute.apply(root), classes, train, test, augmentation, normalisation);
        }

        /**
         * One pair of IDX files.
         *
         * @param images the file with the images, [N, H, W] bytes
         * @param labels the file with the labels, [N] bytes
         */
        public record Files(String images, String labels) {
            /** Checks that both files are named. */
            public Files {
                Expect.text("images", images);
                Expect.text("labels", labels);
            }
        }
    }

    /** How pictures are brought to the height and width of the network's input. */
    enum Fit {
        /** The largest part in the middle with the input's proportions. */
        CROP,
        /** All of it, distorted if its proportions are others. */
        SQUASH
    }

    /**
     * {@code kind: images}: JPEG and PNG files whose folders are their classes, in a folder or in a tar, tar.gz or zip, on any
     * Hadoop path. All are decoded once and kept in memory at the size of the network's input.
     *
     * @param root the folder that relative paths start from; itself relative to the working directory, which is the default
     * @param train the training images
     * @param test the test images, in the same classes; absent, {@code split} takes them from the training images
     * @param split how; absent, {@code test} is given
     * @param channels 3 for colours, the default, or 1 for gray
     * @param height of the network's input in pixels
     * @param width of the network's input in pixels
     * @param fit default crop
     * @param keep the share of the fitted part's height and width that is used, above 0 to 1; default 1; 0.875 is what others call
     *     resizing to 256 and cropping to 224
     * @param levels how many folders make a class; default 1; with 2, alphabet/letter/7.png is one of alphabet/letter
     * @param labels the tasks that one network learns together, where it is more than the class; absent, the class alone
     * @param maxPixels a picture with more is left out; default 33,554,432
     * @param maxFileBytes a longer file is left out; default 67,108,864
     * @param unreadable the share of files that may be left out before the run stops, from 0 to 1; default 0.01
     * @param compare which images are shown together, for siamese, triplet and quadruplet networks; the test images' classes may
     *     then be others; absent, each is shown alone
     * @param augmentation default none
     * @param normalisation default measured
     */
    record Images(
            @Circumstance @Default(".") String root,
            Tree train,
            @Nullable Tree test,
            @Nullable SplitConfig split,
            @Default("3") int channels,
            int height,
            int width,
            @Default("crop") Fit fit,
            @Default("1") double keep,
            @Default("1") int levels,
            @Nullable LabelsConfig labels,
            @Default("33554432") long maxPixels,
            @Default("67108864") int maxFileBytes,
            @Default("0.01") double unreadable,
            @Nullable ComparisonConfig compare,
            @Default("[]") List<AugmentationConfig> augmentation,
            @Nullable NormalisationConfig normalisation)
            implements DataConfig {
        /** Checks that there are test images from one place or the other, and every range. */
        public Images {
            Expect.text("root", root);
            Expect.that(
                    (test == null) != (split == null),
                    "test",
                    "expects either test or split to say where the test images come from, but "
                            + (test == null ? "neither is there." : "both are there."));
            Expect.that(channels == 1 || channels == 3, "channels", "expects 1 or 3, but it got " + channels + ".");
            Expect.between("height", height, 1, 16_384);
            Expect.between("width", width, 1, 16_384);
            Expect.that(
                    keep > 0 && keep <= 1,
                    "keep",
                    "expects a number above 0 and at most 1, but it got " + Expect.text(keep) + ".");
            Expect.between("levels", levels, 1, 16);
            Expect.between("maxPixels", maxPixels, 1, Integer.MAX_VALUE);
            Expect.between("maxFileBytes", maxFileBytes, 1, Integer.MAX_VALUE - 1L);
            Expect.between("unreadable", unreadable, 0.0, 1.0);
            Expect.that(
                    compare == null || augmentation.stream().noneMatch(AugmentationConfig.Mixup.class::isInstance),
                    "augmentation",
                    "expects no mixup where images are compared, but it is there.");
            if (labels != null) {
                requireTasks(labels, test != null, levels, compare, augmentation);
            }
            Expect.that(
                    compare == null || !compare.quarterTurns() || height == width,
                    "width",
                    "expects the height's " + height + " where images are shown in quarter turns, but it got " + width
                            + ".");
            augmentation = List.copyOf(augmentation);
            AugmentationConfig.requireOrder(augmentation);
        }

        private static void requireTasks(
                LabelsConfig labels,
                boolean test,
                int levels,
                @Nullable ComparisonConfig compare,
                List<AugmentationConfig> augmentation) {
            Expect.that(compare == null, "compare", "expects images with a class each, but labels gives them tasks.");
            Expect.that(
                    augmentation.stream().noneMatch(AugmentationConfig.Mixup.class::isInstance),
                    "augmentation",
                    "expects no mixup where labels gives images tasks, but it is there.");
            if (labels instanceof LabelsConfig.Csv csv) {
                Expect.that(
                        test == (csv.testFile() != null),
                        "labels",
                        test
                                ? "expects a testFile with the labels of the test images, but it is missing."
                                : "expects a testFile only where test is there, but it is " + csv.testFile() + ".");
                return;
            }
            for (LabelsConfig.FolderTask task : ((LabelsConfig.Folders) labels).tasks()) {
                Expect.that(
                        task.levels().stream().allMatch(level -> level <= levels),
                        "labels",
                        "expects levels from 1 to data.levels, " + levels + ", but those of " + task.name() + " are "
                                + task.levels() + ".");
            }
        }

        @Override
        public Images at(UnaryOperator<String> absolute) {
            return new Images(
                    absolute.apply(root),
                    train,
                    test,
                    split,
                    channels,
                    height,
                    width,
                    fit,
                    keep,
                    levels,
                    labels,
                    maxPixels,
                    maxFileBytes,
                    unreadable,
                    compare,
                    augmentation,
                    normalisation);
        }

        /**
         * A folder or an archive.
         *
         * @param path where it is
         * @param within the folder in it that holds the class folders; default the folder or archive itself
         * @param only the folders below that one that count; default all of them
         */
        public record Tree(
                String path,
                @Default("\"\"") String within,
                @Default("[]") List<String> only) {
            /** Checks that the path is named. */
            public Tree {
                Expect.text("path", path);
                only = List.copyOf(only);
            }
        }
    }

    /** Which of CIFAR's labels count. */
    enum CifarLabels {
        /** CIFAR-10's. */
        TEN,
        /** The 20 coarse ones of CIFAR-100. */
        COARSE,
        /** The 100 fine ones of CIFAR-100. */
        FINE
    }

    /**
     * {@code kind: cifar}: the binary files of CIFAR-10 and CIFAR-100, on any Hadoop path.
     *
     * @param root the folder that relative names start from; itself relative to the working directory, which is the default
     * @param labels default ten
     * @param train the training files, one after the other
     * @param test the test files
     * @param augmentation default none
     * @param normalisation default measured
     */
    record Cifar(
            @Circumstance @Default(".") String root,
            @Default("ten") CifarLabels labels,
            List<String> train,
            List<String> test,
            @Default("[]") List<AugmentationConfig> augmentation,
            @Nullable NormalisationConfig normalisation)
            implements DataConfig {
        /** Checks that files are named. */
        public Cifar {
            Expect.text("root", root);
            Expect.filled("train", train);
            Expect.filled("test", test);
            train = List.copyOf(train);
            test = List.copyOf(test);
            augmentation = List.copyOf(augmentation);
            AugmentationConfig.requireOrder(augmentation);
        }

        @Override
        public Cifar at(UnaryOperator<String> absolute) {
            return new Cifar(absolute.apply(root), labels, train, test, augmentation, normalisation);
        }
    }
}
