package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads the published files where they are: {@code -Dconvoy.data=DIR}, by default next to the repository. */
class FashionMnistTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("convoy.data", "../../shared/data")).resolve("fashion-mnist");

    @BeforeEach
    void theFilesAreThere() {
        assumeTrue(Files.isDirectory(FOLDER), "Fashion-MNIST is not in " + FOLDER + ".");
    }

    @Test
    void allSeventyThousandImagesAreReadAndEveryClassIsEquallyFrequent() throws IOException {
        assertBalanced(read("train"), 6000);
        assertBalanced(read("t10k"), 1000);
    }

    /** 0.2860 and 0.3530 are the mean and standard deviation that are commonly published for the training images. */
    @Test
    void meanAndStandardDeviationAreThePublishedOnes() throws IOException {
        Preprocessing measured = Preprocessing.measure(read("train"));
        assertThat(String.format(
                        "%.4f %.4f",
                        measured.mean().get(0), measured.standardDeviation().get(0)))
                .isEqualTo("0.2860 0.3530");
    }

    private static void assertBalanced(Dataset dataset, int perClass) {
        assertThat(dataset.size()).isEqualTo(10 * perClass);
        assertThat(dataset.sampleShape()).isEqualTo(Shape.of(1, 28, 28));
        int[] counts = new int[10];
        for (int i = 0; i < dataset.size(); i++) {
            counts[dataset.label(i)]++;
        }
        assertThat(counts).containsOnly(perClass);
    }

    private static MemoryDataset read(String split) throws IOException {
        String images = split + "-images-idx3-ubyte.gz";
        String labels = split + "-labels-idx1-ubyte.gz";
        try (InputStream imageBytes = Files.newInputStream(FOLDER.resolve(images));
                InputStream labelBytes = Files.newInputStream(FOLDER.resolve(labels))) {
            return Idx.read(
                    "fashion-mnist-" + split,
                    10,
                    new Idx.Source(images, imageBytes),
                    new Idx.Source(labels, labelBytes));
        }
    }
}
