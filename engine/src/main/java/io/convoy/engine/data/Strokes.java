package io.convoy.engine.data;

import io.convoy.engine.data.Glyph.Stroke;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.List;

/**
 * Ten classes of hand-drawn-looking digits that the program itself draws: white on black, [1, 28, 28].
 *
 * <p>Image {@code index} of a split is a pure function of (seed, split, index). Each digit has several ways of being written;
 * the control points of one of them are jittered, its path is distorted elastically and affinely, drawn with a pen of
 * varying width, and put on paper of varying contrast and grain. Any ten images from a multiple of ten on show each digit
 * once, in random order. A linear classifier gets about three quarters of them right, LeNet-5 more than 99 %.
 *
 * <p>Drawing takes a few ten microseconds and allocates; {@link MemoryDataset#copyOf} keeps what is read again and again.
 */
public final class Strokes implements Dataset {
    /** The usual number of images for training. */
    public static final int TRAIN_SIZE = 60_000;

    /** The usual number of images for testing. */
    public static final int TEST_SIZE = 10_000;

    private static final int CLASSES = 10;
    private static final int SIDE = 28;
    private static final Shape SHAPE = Shape.of(1, SIDE, SIDE);

    /** How far a control point strays in each direction, in sides of the glyph's square. */
    private static final double JITTER = 0.03;
    /** How much the pen's radius varies from point to point. */
    private static final double PRESSURE = 0.25;
    /** The pen's radius, in pixels. */
    private static final double FINEST = 0.6;

    private static final double BROADEST = 1.9;
    /** Gray levels, 0 … 255; the grain is that of one standard deviation. */
    private static final double DARKEST_INK = 130;

    private static final double BRIGHTEST_INK = 255;
    private static final double BRIGHTEST_PAPER = 40;
    private static final double COARSEST_GRAIN = 20;
    /** Straight lines between two control points. */
    private static final int STEPS = 5;

    private final String name;
    private final Seed seed;
    private final byte[] labels;

    private Strokes(String name, Seed seed, int size) {
        if (size < 1) {
            throw new DataException(name + " expects a size of at least 1, but it got " + size + ".");
        }
        this.name = name;
        this.seed = seed;
        labels = labels(seed.child("classes"), size);
    }

    /** The first {@code size} images of the training split; a larger split only adds images. */
    public static Strokes train(Seed seed, int size) {
        return new Strokes("strokes-train", seed.child("train"), size);
    }

    /** The first {@code size} images of the test split, none of which is in the training split. */
    public static Strokes test(Seed seed, int size) {
        return new Strokes("strokes-test", seed.child("test"), size);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public Shape sampleShape() {
        return SHAPE;
    }

    @Override
    public int classes() {
        return CLASSES;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public void read(int index, byte[] pixels) {
        RandomStream random = seed.child(index).stream();
        List<Glyph> styles = Handwriting.of(label(index));
        Glyph glyph = styles.get(random.nextInt(styles.size()));
        Distortion distortion = new Distortion(random, SIDE);
        double radius = random.nextDouble(FINEST, BROADEST);
        Canvas canvas = new Canvas(SIDE);
        for (Stroke stroke : glyph.strokes()) {
            draw(stroke, distortion, radius, random, canvas);
        }
        develop(canvas, random, pixels);
    }

    private static byte[] labels(Seed seed, int size) {
        byte[] labels = new byte[size];
        int[] block = new int[CLASSES];
        for (int first = 0; first < size; first += CLASSES) {
            for (int i = 0; i < CLASSES; i++) {
                block[i] = i;
            }
            seed.child(first / CLASSES).stream().shuffle(block);
            for (int i = 0; i < CLASSES && first + i < size; i++) {
                labels[first + i] = (byte) block[i];
            }
        }
        return labels;
    }

    private static void draw(Stroke stroke, Distortion distortion, double radius, RandomStream random, Canvas canvas) {
        int points = stroke.points();
        double[] x = new double[points];
        double[] y = new double[points];
        double[] r = new double[points];
        for (int i = 0; i < points; i++) {
            x[i] = stroke.x(i) + random.nextDouble(-JITTER, JITTER);
            y[i] = stroke.y(i) + random.nextDouble(-JITTER, JITTER);
            r[i] = radius * random.nextDouble(1 - PRESSURE, 1 + PRESSURE);
        }
        distortion.map(x[0], y[0]);
        double fromX = distortion.x();
        double fromY = distortion.y();
        double fromR = r[0];
        for (int i = 0; i + 1 < points; i++) {
            int before = stroke.corner(i) ? i : i - 1;
            int after = stroke.corner(i + 1) ? i + 1 : i + 2;
            for (int step = 1; step <= STEPS; step++) {
                double t = (double) step / STEPS;
                double u = spline(x[before], x[i], x[i + 1], x[after], t);
                double v = spline(y[before], y[i], y[i + 1], y[after], t);
                distortion.map(u, v);
                double toX = distortion.x();
                double toY = distortion.y();
                double toR = r[i] + t * (r[i + 1] - r[i]);
                canvas.line(fromX, fromY, fromR, toX, toY, toR);
                fromX = toX;
                fromY = toY;
                fromR = toR;
            }
        }
    }

    /** The curve from {@code b} to {@code c}, {@code t} of the way (Catmull and Rom, 1974). */
    private static double spline(double a, double b, double c, double d, double t) {
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
    }

    private static void develop(Canvas canvas, RandomStream random, byte[] pixels) {
        double paper = random.nextDouble(0, BRIGHTEST_PAPER);
        double ink = random.nextDouble(DARKEST_INK, BRIGHTEST_INK);
        double grain = random.nextDouble(0, COARSEST_GRAIN);
        for (int i = 0; i < SIDE * SIDE; i++) {
            // The ones among 64 fair bits: nearly normal with mean 32 and standard deviation 4, and quickly drawn.
            double noise = grain * (Long.bitCount(random.nextLong()) - 32) / 4;
            double gray = paper + (ink - paper) * canvas.coverage(i) + noise;
            pixels[i] = (byte) (int) Math.min(Math.max(gray + 0.5, 0), 255);
        }
    }
}
