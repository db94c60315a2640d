package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.image.Fit;
import io.convoy.engine.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
    private static final Fit CROP = new Fit(Fit.Kind.CROP, 1);
    private static final Shape SHAPE = Shape.of(3, 4, 4);
    private static final ImageFiles.Limits LIMITS = new ImageFiles.Limits(10_000, 5_000, 1 << 20, 0.5);
    private static final ImageFiles IMAGES = new ImageFiles(SHAPE, CROP, "", 1, LIMITS);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void foldersAndArchivesOfAnyKindAndOrderGiveTheSameSamples() throws Exception {
        Map<String, byte[]> files = pets();
        files.forEach(this::write);
        List<String> reversed = new ArrayList<>(files.keySet());
        Collections.reverse(reversed);
        Map<String, byte[]> backwards = new LinkedHashMap<>();
        reversed.forEach(path -> backwards.put(path, files.getOrDefault(path, new byte[0])));
        ImageFiles.Loaded expected = load(IMAGES, new FolderTree(folder), 1);
        assertThat(expected.dataset().size()).isEqualTo(9);
        for (FileTree tree : List.of(
                new FolderTree(folder),
                archive(Archives.tar(files)),
                archive(Archives.gzip(Archives.tar(backwards))),
                archive(Archives.zip(files)),
                archive(Archives.zip(backwards)))) {
            for (int threads : new int[] {1, 3}) {
                ImageFiles.Loaded loaded = load(IMAGES, tree, threads);
                assertThat(contents(loaded)).isEqualTo(contents(expected));
            }
        }
    }

    @Test
    void samplesAreInTheOrderOfTheirPathsAndClassesInThatOfTheirNames() throws Exception {
        ImageDataset pets = load(IMAGES, archive(Archives.zip(pets())), 2).dataset();
        assertThat(pets.classNames()).containsExactly("cat", "dog", "émeu");
        assertThat(pets.classes()).isEqualTo(3);
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < pets.size(); i++) {
            keys.add(pets.key(i));
            assertThat(pets.key(i)).startsWith(pets.classNames().get(pets.label(i)) + "/");
        }
        assertThat(keys).isSorted();
        byte[] pixels = new byte[48];
        pets.read(keys.indexOf("dog/deep/2.png"), pixels);
        // Gray in a file without colour, whatever its name says.
        assertThat(pixels).containsOnly(72);
    }

    @Test
    void whatCannotBeReadIsLeftOutWithItsReason() throws Exception {
        Map<String, byte[]> files = pets();
        files.put("cat/empty.jpg", new byte[0]);
        files.put("dog/cut.jpg", Arrays.copyOf(png(9, 9, 1), 40));
        files.put("dog/film.gif", "GIF89a".getBytes(StandardCharsets.UTF_8));
        files.put("dog/wide.png", png(1000, 11, 1));
        files.put("dog/long.png", new byte[5_001]);
        files.put("lost.png", png(3, 3, 3));
        files.put("cat/notes.txt", new byte[3]);
        files.put("cat/.hidden.png", new byte[3]);
        files.put("__MACOSX/cat/._1.png", new byte[3]);
        for (FileTree tree : List.of(archive(Archives.zip(files)), archive(Archives.tar(files)))) {
            ImageFiles.Loaded loaded = load(IMAGES, tree, 2);
            assertThat(loaded.dataset().size()).isEqualTo(9);
            assertThat(loaded.passedOver()).isEqualTo(1);
            assertThat(loaded.unreadable())
                    .containsExactlyEntriesOf(new TreeMap<>(Map.of(
                            "cat/empty.jpg", "it is empty",
                            "dog/cut.jpg", "it ends before its picture does",
                            "dog/film.gif", "it is a GIF, but only JPEG and PNG are supported",
                            "dog/wide.png", "its 1000×11 pixels are more than the limit of 10,000",
                            "dog/long.png", "it has more than the limit of 5,000 bytes",
                            "lost.png", "it lies in no class folder")));
        }
    }

    @Test
    void tooManyThatCannotBeReadStopTheRun() {
        Map<String, byte[]> files = pets();
        for (int i = 1; i <= 7; i++) {
            files.put("cat/bad" + i + ".png", new byte[0]);
        }
        ImageFiles strict = new ImageFiles(SHAPE, CROP, "", 1, new ImageFiles.Limits(10_000, 5_000, 1 << 20, 0.25));
        assertThatThrownBy(() -> load(strict, archive(Archives.zip(files)), 2))
                .isInstanceOf(DataException.class)
                .hasMessage("pets expects at most 0.25 of the files in a.zip to be unusable, but 7 of 16 are:"
                        + " cat/bad1.png: it is empty; cat/bad2.png: it is empty; cat/bad3.png: it is empty;"
                        + " cat/bad4.png: it is empty; cat/bad5.png: it is empty; and 2 more. Maybe allow more.");
    }

    @Test
    void classesMayBeSeveralFoldersDeepAndInsideOthers() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("./top/greek/alpha/1.png", png(4, 4, 1));
        files.put("top/greek/beta/1.png", png(4, 4, 2));
        files.put("top/latin/alpha/1.png", png(4, 4, 3));
        files.put("topmost/latin/alpha/1.png", png(4, 4, 3));
        ImageFiles deep = new ImageFiles(SHAPE, CROP, "/top/", 2, LIMITS);
        assertThat(load(deep, archive(Archives.tar(files)), 1).dataset().classNames())
                .containsExactly("greek/alpha", "greek/beta", "latin/alpha");
        ImageFiles shallow = new ImageFiles(SHAPE, CROP, "top", 1, LIMITS);
        assertThat(load(shallow, archive(Archives.tar(files)), 1).dataset().classNames())
                .containsExactly("greek", "latin");
        assertThatThrownBy(
                        () -> load(new ImageFiles(SHAPE, CROP, "bottom", 1, LIMITS), archive(Archives.tar(files)), 1))
                .hasMessage("pets expects JPEG or PNG files in a.zip, within bottom, but there are none."
                        + " Maybe within is another.");
    }

    @Test
    void classesOfTheTestSetAreThoseOfTheTrainingSet() throws Exception {
        FileTree tree = archive(Archives.zip(Map.of("dog/1.png", png(4, 4, 1))));
        assertThat(IMAGES.load("test", tree, Optional.of(List.of("cat", "dog")), 1)
                        .dataset()
                        .label(0))
                .isEqualTo(1);
        assertThatThrownBy(() -> IMAGES.load("test", tree, Optional.of(List.of("cat", "cow")), 1))
                .hasMessage("test expects the classes of the training set, but a.zip has dog, which is none of its 2.");
    }

    @Test
    void aClassWithoutAnyImageIsNotForgotten() {
        Map<String, byte[]> files = pets();
        files.put("eel/1.png", new byte[0]);
        assertThatThrownBy(() -> load(IMAGES, archive(Archives.zip(files)), 1))
                .hasMessage("pets expects images in every class, but none of eel in a.zip can be read.");
    }

    @Test
    void aFileThatComesTwiceIsRefused() {
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        Archives.entry(twice, "cat/1.png", '0', png(4, 4, 1));
        Archives.entry(twice, "./cat/1.png", '0', png(4, 4, 2));
        assertThatThrownBy(() -> load(IMAGES, archive(twice.toByteArray()), 1))
                .hasMessage("a.zip expects each file once, but cat/1.png is there again.");
    }

    @Test
    void memoryHasALimit() {
        ImageFiles small = new ImageFiles(SHAPE, CROP, "", 1, new ImageFiles.Limits(10_000, 5_000, 400, 0.5));
        assertThatThrownBy(() -> load(small, archive(Archives.zip(pets())), 1))
                .hasMessage("pets expects to keep at most 400 bytes of images in memory, but 9 images of [3, 4, 4] are"
                        + " more. Maybe give the process more memory, or make the images smaller.");
    }

    @Test
    void linksAndFoldersOfAnArchiveArePassedOver() throws Exception {
        ByteArrayOutputStream odd = new ByteArrayOutputStream();
        Archives.entry(odd, "cat/", '5', new byte[0]);
        Archives.entry(odd, "cat/link.png", '2', new byte[0]);
        Archives.entry(odd, "global", 'g', new byte[600]);
        Archives.entry(odd, "../../cat/1.png", '0', png(4, 4, 1));
        Archives.entry(odd, "/cat/2.png", '0', png(4, 4, 1));
        ImageFiles.Loaded loaded = load(IMAGES, archive(odd.toByteArray()), 1);
        // A path that begins with dots is hidden; an absolute one is read as if it were not.
        assertThat(contents(loaded)).hasSize(1);
        assertThat(loaded.dataset().key(0)).isEqualTo("cat/2.png");
    }

    @Test
    void archivesThatAreCutOffOrDamagedAreRefusedByName() {
        byte[] tar = Archives.tar(pets());
        for (byte[] whole : List.of(tar, Archives.gzip(tar), Archives.zip(pets()))) {
            for (int length : new int[] {700, whole.length / 2}) {
                assertThatThrownBy(() ->
                                load(IMAGES, archive(Arrays.copyOf(whole, Math.min(length, whole.length / 2))), 1))
                        .isInstanceOf(DataException.class)
                        .hasMessage("a.zip expects a whole archive, but it ends too early."
                                + " Maybe a copy or a download was cut off.");
            }
        }
        byte[] damaged = tar.clone();
        damaged[5] ^= 1;
        assertThatThrownBy(() -> load(IMAGES, archive(damaged), 1))
                .hasMessage("a.zip expects a tar, tar.gz or zip, but it is none of them.");
        for (byte[] other : List.of(new byte[0], new byte[100], "<html>".getBytes(StandardCharsets.UTF_8))) {
            assertThatThrownBy(() -> load(IMAGES, archive(other), 1)).isInstanceOf(DataException.class);
        }
        assertThatThrownBy(() -> load(IMAGES, new FolderTree(folder.resolve("gone")), 1))
                .hasMessage(folder.resolve("gone") + " expects a folder, but nothing is there.");
    }

    @Test
    void bytesThatCannotBeReadStopTheRun() {
        FileTree broken = new FileTree() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public void visit(Visitor visitor) throws IOException {
                visitor.file("cat/1.png", most -> {
                    throw new IOException("the disk is gone");
                });
            }
        };
        assertThatThrownBy(() -> load(IMAGES, broken, 1))
                .isInstanceOf(DataException.class)
                .hasMessage("A file can't be read to its end: the disk is gone.");
    }

    static Map<String, byte[]> pets() {
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 1; i <= 3; i++) {
            files.put("cat/" + i + ".jpg", jpeg(8 + i, 7, 20 * i));
            files.put("émeu/" + i + ".PNG", png(5, 4 + i, 15 * i));
            files.put("dog/deep/" + i + ".png", gray(4, 4, 36 * i));
        }
        // A name that doesn't fit into a header, by either way around it.
        files.put("cat/" + "x".repeat(100) + ".png", files.remove("cat/3.jpg"));
        files.put("dog/" + "y".repeat(101) + ".png", files.remove("dog/deep/3.png"));
        return files;
    }

    static byte[] png(int width, int height, int level) {
        return encoded(width, height, level, BufferedImage.TYPE_INT_RGB, "png");
    }

    static byte[] jpeg(int width, int height, int level) {
        return encoded(width, height, level, BufferedImage.TYPE_INT_RGB, "jpg");
    }

    private static byte[] gray(int width, int height, int level) {
        return encoded(width, height, level, BufferedImage.TYPE_BYTE_GRAY, "png");
    }

    private static byte[] encoded(int width, int height, int level, int type, String format) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int i = 0; i < width * height; i++) {
            for (int c = 0; c < image.getRaster().getNumBands(); c++) {
                image.getRaster().setSample(i % width, i / width, c, level + c);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private void write(String path, byte[] bytes) {
        try {
            Path file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileTree archive(byte[] bytes) {
        return new ArchiveTree("a.zip", () -> new ByteArrayInputStream(bytes));
    }

    private static ImageFiles.Loaded load(ImageFiles images, FileTree tree, int threads)
            throws IOException, InterruptedException {
        return images.load("pets", tree, Optional.empty(), threads);
    }

    private static List<String> contents(ImageFiles.Loaded loaded) {
        ImageDataset data = loaded.dataset();
        List<String> contents = new ArrayList<>();
        byte[] pixels = new byte[(int) SHAPE.count()];
        for (int i = 0; i < data.size(); i++) {
            data.read(i, pixels);
            contents.add(data.key(i) + " " + data.label(i) + " " + Arrays.toString(pixels));
        }
        return contents;
    }
}
