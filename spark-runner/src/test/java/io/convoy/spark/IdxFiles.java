package io.convoy.spark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * A small data set of noise as IDX files in a folder, whole and broken, and a configuration that trains on the whole ones with
 * two slots in one process.
 */
public record IdxFiles(Path folder) {
    private static final int COUNT = 32;

    /** Writes them. */
    public static IdxFiles in(Path folder) throws IOException {
        byte[] images = images(28, 28);
        Files.write(folder.resolve("images"), images);
        Files.write(folder.resolve("cut"), Arrays.copyOf(images, 20_000));
        byte[] packed = packed(images);
        Files.write(folder.resolve("cut.gz"), Arrays.copyOf(packed, packed.length / 2));
        Files.write(folder.resolve("20x20"), images(20, 20));
        Files.write(folder.resolve("3-channels"), images(3, 28, 28));
        byte[] labels = labels(COUNT, 10);
        Files.write(folder.resolve("labels"), labels);
        Files.write(folder.resolve("cut-labels"), Arrays.copyOf(labels, 30));
        Files.write(folder.resolve("31-labels"), labels(31, 10));
        Files.write(folder.resolve("12-classes"), labels(COUNT, 12));
        IdxFiles files = new IdxFiles(folder);
        Files.writeString(files.configuration(), """
                name: small
                data: { kind: idx, root: "%s", train: { images: images, labels: labels }, test: { images: images, labels: labels } }
                training: { epochs: 1, batch: 16, microBatch: 8 }
                network: { name: lenet5 }
                optimizer: { kind: sgd, momentum: 0.9 }
                schedule: { kind: constant, rate: 0.01 }
                spark: { master: "local[2]" }
                output: { model: "%s/out/model", checkpoints: "%s/out/checkpoints" }
                """.formatted(folder, folder, folder));
        return files;
    }

    /** The configuration's file. */
    public Path configuration() {
        return folder.resolve("small.yaml");
    }

    private static byte[] images(int... sizes) {
        int pixels = COUNT * Arrays.stream(sizes).reduce(1, (left, right) -> left * right);
        ByteBuffer file = ByteBuffer.allocate(8 + 4 * sizes.length + pixels);
        file.putInt(0x801 + sizes.length).putInt(COUNT);
        Arrays.stream(sizes).forEach(file::putInt);
        byte[] noise = new byte[pixels];
        new Random(1).nextBytes(noise);
        return file.put(noise).array();
    }

    private static byte[] labels(int count, int classes) {
        ByteBuffer file = ByteBuffer.allocate(8 + count);
        file.putInt(0x801).putInt(count);
        for (int i = 0; i < count; i++) {
            file.put((byte) (i % classes));
        }
        return file.array();
    }

    private static byte[] packed(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }
}
