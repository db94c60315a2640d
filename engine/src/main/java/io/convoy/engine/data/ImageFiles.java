package io.convoy.engine.data;

import io.convoy.engine.data.image.Fit;
import io.convoy.engine.data.image.ImageException;
import io.convoy.engine.data.image.Images;
import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tree of JPEG and PNG files whose folders are classes: {@code cat/1.jpg}, {@code dog/big/7.png}. Each image is decoded
 * once, brought to one shape, and kept in memory. Samples are in the order of their paths, classes in that of their names,
 * however the tree is stored and read.
 *
 * <p>A file that can't be decoded is left out and named, with the reason. Files that aren't images by their names, and whatever
 * is hidden (a name that begins with a dot, {@code __MACOSX}), are passed over.
 *
 * @param shape of every sample, [C, H, W], with 1 or 3 channels
 * @param fit how pictures are brought to H × W
 * @param within the folder of the tree that holds the class folders; empty for the tree itself
 * @param only the folders below it that count, e.g. some alphabets of many; none for all of them
 * @param levels how many folders below it make a class: with 2, {@code alphabet/letter/7.png} is one of {@code alphabet/letter};
 *     with 0 folders make none, and all images are of one class with an empty name
 * @param limits what a file and all of them may ask for
 */
public record ImageFiles(Shape shape, Fit fit, String within, List<String> only, int levels, Limits limits) {
    private static final Set<String> NAMES = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "avif", "mpo");
    private static final int NAMED = 5;

    /**
     * What may be asked for before it is refused.
     *
     * @param pixels of a picture, at least 1; default {@link Images#MAX_PIXELS}
     * @param fileBytes of a file, at least 1; default 67,108,864
     * @param memoryBytes of all samples together, at least 1
     * @param unreadable the share of the files that may be left out, 0 to 1; default 0.01
     */
    public record Limits(long pixels, int fileBytes, long memoryBytes, double unreadable) {
        public Limits {
            if (pixels < 1 || fileBytes < 1 || fileBytes == Integer.MAX_VALUE || memoryBytes < 1) {
                throw new DataException("Limits expects at least 1 pixel and byte, and files below 2 GiB, but it got "
                        + pixels + " pixels, files of " + fileBytes + " bytes and a memory of " + memoryBytes
                        + " bytes.");
            }
            if (!(unreadable >= 0 && unreadable <= 1)) {
                throw new DataException(
                        "Limits expects a share of unreadable files of 0 … 1, but it got " + unreadable + ".");
            }
        }

        /** The defaults; all samples may take half of the heap. */
        public static Limits defaults() {
            return new Limits(Images.MAX_PIXELS, 1 << 26, Runtime.getRuntime().maxMemory() / 2, 0.01);
        }
    }

    /**
     * What was read.
     *
     * @param dataset the images
     * @param unreadable why which file was left out, by path
     * @param passedOver how many files aren't images by their names
     */
    public record Loaded(ImageDataset dataset, Map<String, String> unreadable, int passedOver) {}

    public ImageFiles {
        if (shape.rank() != 3 || (shape.size(0) != 1 && shape.size(0) != 3) || shape.count() < 1) {
            throw new DataException("ImageFiles expects samples of [1, H, W] or [3, H, W], but it got " + shape + ".");
        }
        if (levels < 0) {
            throw new DataException(
                    "ImageFiles expects at least 0 levels of class folders, but it got " + levels + ".");
        }
        within = String.join("/", segments(within));
        only = only.stream().map(folder -> String.join("/", segments(folder))).toList();
    }

    /** A reader of all class folders. */
    public ImageFiles(Shape shape, Fit fit, String within, int levels, Limits limits) {
        this(shape, fit, within, List.of(), levels, limits);
    }

    /** Whether the file at {@code path} is hidden: a name in it begins with a dot, or is {@code __MACOSX}. */
    public static boolean hidden(String path) {
        return segments(path).stream().anyMatch(segment -> segment.startsWith(".") || segment.equals("__MACOSX"));
    }

    /** Whether the file at {@code path} is an image by its name. */
    public static boolean named(String path) {
        return NAMES.contains(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /** Whether the file at {@code path}, whole segments joined by {@code /}, lies in a folder that counts. */
    private boolean counts(String path) {
        if (!within.isEmpty() && !path.startsWith(within + "/")) {
            return false;
        }
        String below = below(path);
        return only.isEmpty() || only.stream().anyMatch(folder -> below.startsWith(folder + "/"));
    }

    /** The path of a file from {@code within} on. */
    public String below(String path) {
        return path.substring(within.isEmpty() ? 0 : within.length() + 1);
    }

    private static List<String> segments(String path) {
        return Arrays.stream(path.split("/"))
                .filter(segment -> !segment.isEmpty() && !segment.equals("."))
                .toList();
    }

    /**
     * Reads {@code tree} with {@code threads} threads; the result is the same for any number of them.
     *
     * @param name the data set's name
     * @param classes the names of all classes, where they are known, as those of the training set are for the test set
     * @throws DataException if there is nothing to learn from, too many files can't be read, or a class is none of {@code classes}
     */
    public Loaded load(String name, FileTree tree, Optional<List<String>> classes, int threads)
            throws IOException, InterruptedException {
        Loading loading = new Loading(name, tree.name(), threads);
        try {
            tree.visit(loading::file);
            loading.await();
        } finally {
            loading.decoders.shutdownNow();
        }
        return loading.loaded(classes);
    }

    /** One reading: paths are taken by the visiting thread, decoding is done by others. */
    private final class Loading {
        private final String name;
        private final String source;
        private final int threads;
        private final ExecutorService decoders;
        private final Semaphore room;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private final Map<String, byte[]> images = new ConcurrentHashMap<>();
        private final Map<String, String> unreadable = new ConcurrentHashMap<>();
        private final TreeSet<String> paths = new TreeSet<>();
        private int passedOver;

        Loading(String name, String source, int threads) {
            this.name = name;
            this.source = source;
            this.threads = threads;
            decoders = Executors.newFixedThreadPool(threads);
            room = new Semaphore(2 * threads);
        }

        void file(String given, FileTree.Content content) throws IOException {
            rethrow(failure.get());
            String path = String.join("/", segments(given));
            if (hidden(path) || !counts(path)) {
                return;
            }
            if (!named(path)) {
                passedOver++;
                return;
            }
            if (!paths.add(path)) {
                throw new DataException(source + " expects each file once, but " + path + " is there again.");
            }
            if (paths.size() * shape.count() > limits.memoryBytes()) {
                throw new DataException(String.format(
                        Locale.ROOT,
                        "%s expects to keep at most %,d bytes of images in memory, but %,d images of %s are more."
                                + " Maybe give the process more memory, or make the images smaller.",
                        name,
                        limits.memoryBytes(),
                        paths.size(),
                        shape));
            }
            boolean early = content instanceof ArchiveTree.Once;
            byte[] bytes = early ? content.read(limits.fileBytes()) : new byte[0];
            room.acquireUninterruptibly();
            decoders.execute(() -> {
                try {
                    decode(path, early ? bytes : content.read(limits.fileBytes()));
                } catch (IOException | RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                } finally {
                    room.release();
                }
            });
        }

        private void decode(String path, byte[] bytes) {
            if (bytes.length > limits.fileBytes()) {
                unreadable.put(
                        path,
                        String.format(Locale.ROOT, "it has more than the limit of %,d bytes", limits.fileBytes()));
                return;
            }
            try {
                images.put(
                        path,
                        fit.apply(
                                        Images.decode(bytes, limits.pixels()).withChannels(shape.size(0)),
                                        shape.size(1),
                                        shape.size(2))
                                .pixels());
            } catch (ImageException e) {
                unreadable.put(path, String.valueOf(e.getMessage()));
            }
        }

        void await() throws InterruptedException {
            room.acquire(2 * threads);
            decoders.shutdown();
            if (!decoders.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException(name + " expects its decoders to end, but they don't.");
            }
            rethrow(failure.get());
        }

        private static void rethrow(@Nullable Throwable thrown) {
            if (thrown == null) {
                return;
            }
            if (thrown instanceof RuntimeException runtime) {
                throw runtime;
            }
            if (thrown instanceof IOException io) {
                throw new DataException("A file can't be read to its end: " + io.getMessage() + ".", io);
            }
            throw new IllegalStateException(thrown);
        }

        Loaded loaded(Optional<List<String>> classes) {
            Map<String, String> classOf = new TreeMap<>();
            for (String path : paths) {
                List<String> segments = segments(below(path));
                if (segments.size() > levels) {
                    classOf.put(path, String.join("/", segments.subList(0, levels)));
                } else {
                    unreadable.put(path, "it lies in no class folder");
                }
            }
            requireReadable();
            List<String> found = new ArrayList<>(new TreeSet<>(classOf.values()));
            List<String> names = classes.orElse(found);
            for (String one : found) {
                if (!names.contains(one)) {
                    throw new DataException(name + " expects the classes of the training set, but " + source + " has "
                            + one + ", which is none of its " + names.size() + ".");
                }
            }
            List<String> keys =
                    paths.stream().filter(path -> !unreadable.containsKey(path)).toList();
            byte[][] samples = new byte[keys.size()][];
            int[] labels = new int[keys.size()];
            Set<String> filled = new TreeSet<>();
            for (int i = 0; i < samples.length; i++) {
                String path = keys.get(i);
                samples[i] = images.getOrDefault(path, new byte[0]);
                String of = classOf.getOrDefault(path, "");
                labels[i] = names.indexOf(of);
                filled.add(of);
            }
            for (String one : found) {
                if (!filled.contains(one)) {
                    throw new DataException(name + " expects images in every class, but none of " + one + " in "
                            + source + " can be read.");
                }
            }
            ImageDataset dataset = new ImageDataset(name, shape, names, keys, samples, labels);
            return new Loaded(dataset, new TreeMap<>(unreadable), passedOver);
        }

        private void requireReadable() {
            for (String folder : only) {
                if (paths.stream().noneMatch(path -> below(path).startsWith(folder + "/"))) {
                    throw new DataException(name + " expects images in the folder " + folder + " of " + source
                            + ", but there are none. Maybe it is spelled differently.");
                }
            }
            if (paths.isEmpty()) {
                throw new DataException(name + " expects JPEG or PNG files in " + source
                        + (within.isEmpty() ? "" : ", within " + within) + ", but there are none. Maybe "
                        + (within.isEmpty() ? "the path is another." : "within is another."));
            }
            if (unreadable.size() > limits.unreadable() * paths.size() || unreadable.size() == paths.size()) {
                List<String> reasons = new ArrayList<>();
                new TreeMap<>(unreadable).forEach((path, reason) -> reasons.add(path + ": " + reason));
                int more = reasons.size() - NAMED;
                throw new DataException(String.format(
                        Locale.ROOT,
                        "%s expects at most %s of the files in %s to be unusable, but %d of %d are: %s%s. Maybe allow more.",
                        name,
                        limits.unreadable(),
                        source,
                        reasons.size(),
                        paths.size(),
                        String.join("; ", reasons.subList(0, Math.min(NAMED, reasons.size()))),
                        more > 0 ? "; and " + more + " more" : ""));
            }
        }
    }
}
