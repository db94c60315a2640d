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
}
