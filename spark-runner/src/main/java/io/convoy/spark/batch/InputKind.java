package io.convoy.spark.batch;

import io.convoy.engine.data.FileTree;
import io.convoy.engine.data.Idx;
import io.convoy.engine.data.ImageFiles;
import io.convoy.engine.serve.ModelCard;
import io.convoy.engine.tensor.Shape;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.data.HadoopFiles;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** What images come in, told apart by content. */
enum InputKind {
    /** A folder of image files, and of folders of them. */
    FOLDER,
    /** A tar, tar.gz or zip of image files. */
    ARCHIVE,
    /** One image file. */
    FILE,
    /** Pixels of many images in the IDX format. */
    IDX,
    /** A Parquet file, or a folder of them. */
    PARQUET;

    private static final int MAX_FILE_BYTES = ImageFiles.Limits.defaults().fileBytes();

    /** What is at {@code path}. */
    static InputKind of(HadoopFiles files, String path) {
        if (files.isFolder(path)) {
            return files.list(path).stream().anyMatch(name -> name.endsWith(".parquet") || name.equals("_SUCCESS"))
                    ? PARQUET
                    : FOLDER;
        }
        try (InputStream in = files.open(path)) {
            byte[] start = in.readNBytes(4);
            if (begins(start, 'P', 'A', 'R', '1')) {
                return PARQUET;
            }
            if (begins(start, 0xFF, 0xD8, 0xFF) || begins(start, 0x89, 'P', 'N', 'G')) {
                return FILE;
            }
            byte[] unpacked = begins(start, 0x1F, 0x8B) ? unpacked(start, in) : start;
            return begins(unpacked, 0, 0, 8, 3) || begins(unpacked, 0, 0, 8, 4) ? IDX : ARCHIVE;
        } catch (IOException e) {
            throw new InvalidInputException(path + " expects to be read, but: " + e.getMessage() + ".", e);
        }
    }

    private static byte[] unpacked(byte[] start, InputStream in) throws IOException {
        try {
            return new GZIPInputStream(new SequenceInputStream(new ByteArrayInputStream(start), in)).readNBytes(4);
        } catch (EOFException | ZipException e) {
            // Whoever reads it as an archive says what is wrong with it.
            return new byte[0];
        }
    }

    private static boolean begins(byte[] bytes, int... start) {
        if (bytes.length < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if ((bytes[i] & 0xFF) != start[i]) {
                return false;
            }
        }
        return true;
    }

    /** Shows all images at {@code path} to {@code scoring}; tells how many files were passed over, as they are no images by their names. */
    long visit(HadoopFiles files, String path, ModelCard card, FileScoring scoring) throws IOException {
        return switch (this) {
            case FOLDER -> folder(files, path, scoring);
            case ARCHIVE -> archive(files, path, scoring);
            case FILE -> {
                scoring.file(path, most -> read(files, path, most));
                yield 0;
            }
            case IDX -> {
                idx(files, path, card, scoring);
                yield 0;
            }
            case PARQUET -> throw new IllegalStateException("A table expects to be scored by Spark.");
        };
    }

    private static byte[] read(HadoopFiles files, String path, int most) throws IOException {
        try (InputStream in = files.open(path)) {
            return in.readNBytes(most + 1);
        }
    }

    private static long folder(HadoopFiles files, String path, FileScoring scoring) throws IOException {
        Map<String, FileTree.Content> images = new TreeMap<>();
        long[] passedOver = {0};
        files.tree(path).visit((name, content) -> {
            if (wanted(name, passedOver)) {
                images.put(name, content);
            }
        });
        for (Map.Entry<String, FileTree.Content> image : images.entrySet()) {
            scoring.file(image.getKey(), image.getValue());
        }
        return passedOver[0];
    }

    private static long archive(HadoopFiles files, String path, FileScoring scoring) throws IOException {
        long[] passedOver = {0};
        files.tree(path).visit((name, content) -> {
            if (wanted(name, passedOver)) {
                byte[] bytes = content.read(MAX_FILE_BYTES);
                scoring.file(name, most -> bytes);
            }
        });
        return passedOver[0];
    }

    private static boolean wanted(String name, long[] passedOver) {
        if (ImageFiles.hidden(name)) {
            return false;
        }
        passedOver[0] += ImageFiles.named(name) ? 0 : 1;
        return ImageFiles.named(name);
    }

    private static void idx(HadoopFiles files, String path, ModelCard card, FileScoring scoring) throws IOException {
        try (InputStream in = files.open(path)) {
            Idx.visit(new Idx.Source(path, in), (index, shape, pixels) -> {
                requireShape(path, shape, card);
                scoring.pixels(index, pixels);
            });
        }
    }

    private static void requireShape(String path, Shape shape, ModelCard card) {
        if (!shape.equals(card.image())) {
            throw new InvalidInputException("Model " + card.name() + " expects images of " + card.image()
                    + ", but those of " + path + " are " + shape + ".");
        }
    }
}
