package io.convoy.engine.data;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The way from a data set to a network's input: read, scale to 0 … 1, augment, mix, normalise.
 *
 * <p>What a sample looks like is a pure function of (seed, epoch, sample), whoever asks and in whatever order.
 *
 * @param dataset where samples come from
 * @param preprocessing how pixels are normalised; as many channels as the data set
 * @param augmentations applied in this order when training
 * @param mixup what samples are mixed with when training, after they have been augmented; by default nothing
 * @param comparison which samples are shown together, one behind the other in channels; by default each is shown alone
 * @param seed the root of the augmentations' randomness
 */
public record InputPipeline(
        Dataset dataset,
        Preprocessing preprocessing,
        List<Augmentation> augmentations,
        Optional<Mixup> mixup,
        Optional<Comparison> comparison,
        Seed seed) {
    public InputPipeline {
        augmentations = List.copyOf(augmentations);
        if (preprocessing.channels() != dataset.sampleShape().size(0)) {
            throw new DataException("Preprocessing expects images of " + preprocessing.channels()
                    + " channels, but those of " + dataset.name() + " are " + dataset.sampleShape()
                    + ". Maybe it was measured on other data.");
        }
        if (mixup.isPresent() && (dataset.classes() < 1 || dataset.targetShape().rank() != 0)) {
            throw new DataException("Mixup expects samples with a class each, but the targets of " + dataset.name()
                    + " are " + dataset.targetShape() + ".");
        }
        if (comparison.isPresent() && !dataset.tasks().isEmpty()) {
            throw new DataException("Comparison expects samples with a class each, but those of " + dataset.name()
                    + " have several tasks.");
        }
        if (mixup.isPresent() && comparison.isPresent()) {
            throw new DataException("InputPipeline expects samples to be mixed or compared, but it got both.");
        }
    }

    /** A pipeline of samples that are shown alone. */
    public InputPipeline(
            Dataset dataset,
            Preprocessing preprocessing,
            List<Augmentation> augmentations,
            Optional<Mixup> mixup,
            Seed seed) {
        this(dataset, preprocessing, augmentations, mixup, Optional.empty(), seed);
    }

    /** A pipeline of samples that are neither mixed nor compared. */
    public InputPipeline(Dataset dataset, Preprocessing preprocessing, List<Augmentation> augmentations, Seed seed) {
        this(dataset, preprocessing, augmentations, Optional.empty(), seed);
    }

    /** The shape of one input: the data set's, or [k·C, H, W] where k samples are shown together. */
    public Shape sampleShape() {
        Shape one = dataset.sampleShape();
        int views = comparison.map(Comparison::kind).map(Comparison.Kind::views).orElse(1);
        return Shape.of(views * one.size(0), one.size(1), one.size(2));
    }

    /** The number of classes that the network's outputs score; 0 where samples are compared. */
    public int classes() {
        return comparison.isPresent() ? 0 : dataset.classes();
    }

    /** What samples are asked for, where that is more than a class; nothing where they are compared. */
    public List<TaskTarget> tasks() {
        return comparison.isPresent() ? List.of() : dataset.tasks();
    }

    /** The shape of one sample's target: the data set's, [classes] where samples are mixed, [] or [0] where they are compared. */
    public Shape targetShape() {
        return mixup.isPresent() ? Shape.of(dataset.classes()) : plainTargetShape();
    }

    /** The shape of one sample's target for evaluation, which doesn't mix. */
    public Shape plainTargetShape() {
        return comparison
                .map(Comparison::kind)
                .map(kind -> kind == Comparison.Kind.PAIR ? Shape.of() : Shape.of(0))
                .orElseGet(dataset::targetShape);
    }

    /** Overwrites the target of {@code sample} as training sees it in {@code epoch} from {@code offset} on. */
    public void readTarget(long epoch, int sample, float[] target, int offset) {
        if (comparison.isPresent()) {
            readTarget(comparison.get(), shown(epoch, sample), target, offset);
        } else if (mixup.isPresent()) {
            Mixture mixture = mixture(mixup.get(), epoch, sample);
            Arrays.fill(target, offset, offset + dataset.classes(), 0);
            target[offset + dataset.label(sample)] = (float) mixture.share;
            target[offset + dataset.label(mixture.other)] += (float) (1 - mixture.share);
        } else {
            dataset.readTarget(sample, target, offset);
        }
    }

    /** Overwrites the target of {@code sample} as it is from {@code offset} on, for evaluation. */
    public void readPlainTarget(int sample, float[] target, int offset) {
        if (comparison.isPresent()) {
            readTarget(comparison.get(), shown(sample), target, offset);
        } else {
            dataset.readTarget(sample, target, offset);
        }
    }

    private static void readTarget(Comparison comparison, int[] shown, float[] target, int offset) {
        if (comparison.kind() == Comparison.Kind.PAIR) {
            target[offset] = comparison.target(shown);
        }
    }

    /** In training: others in every epoch. */
    private int[] shown(long epoch, int sample) {
        return comparison.orElseThrow().shown(seed.child("compare").child(epoch), sample);
    }

    /** In evaluation: always the same. */
    private int[] shown(int sample) {
        return comparison.orElseThrow().shown(seed.child("compare").child("evaluation"), sample);
    }

    private record Mixture(double share, int other) {}

    private Mixture mixture(Mixup with, long epoch, int sample) {
        RandomStream random = seed.child("mixup").child(epoch).child(sample).stream();
        int other = random.nextInt(dataset.size());
        return new Mixture(with.share(random), other);
    }

    /** The class of {@code sample}. */
    public int label(int sample) {
        return dataset.label(sample);
    }

    /** A reader with memory of its own, for one thread. */
    public Reader reader() {
        return new Reader(this);
    }

    /** Fills input slabs; it keeps its scratch memory from call to call. Not for use by two threads. */
    public static final class Reader {
        private final InputPipeline pipeline;
        private final Seed augment;
        private final Seed always;
        private final Shape shape;
        private final byte[] pixels;
        private final float[] values;
        private final float[][] tables;

        private Reader(InputPipeline pipeline) {
            this.pipeline = pipeline;
            augment = pipeline.seed.child("augment");
            always = pipeline.seed.child("always");
            shape = pipeline.dataset.sampleShape();
            pixels = new byte[(int) shape.count()];
            values = new float[pixels.length];
            tables = pipeline.preprocessing.tables();
        }

        /** Overwrites C·H·W floats from {@code offset} on with {@code sample} as training sees it in {@code epoch}. */
        public void fill(long epoch, int sample, float[] into, int offset) {
            if (pipeline.comparison.isPresent()) {
                int[] shown = pipeline.shown(epoch, sample);
                for (int view = 0; view < shown.length; view++) {
                    // The same sample looks different beside another one.
                    augment(
                            shown[view],
                            new Turn(
                                    epoch,
                                    always.child(shown[view]),
                                    augment.child(epoch).child(sample).child(view).stream()));
                    System.arraycopy(values, 0, into, offset + view * values.length, values.length);
                    pipeline.preprocessing.normalise(into, offset + view * values.length, shape);
                }
                return;
            }
            if (pipeline.mixup.isPresent()) {
                mix(pipeline.mixture(pipeline.mixup.get(), epoch, sample), epoch, sample, into, offset);
                return;
            }
            if (pipeline.augmentations.isEmpty()) {
                fillPlain(sample, into, offset);
                return;
            }
            augment(epoch, sample);
            System.arraycopy(values, 0, into, offset, values.length);
            pipeline.preprocessing.normalise(into, offset, shape);
        }

        private void augment(long epoch, int sample) {
            augment(sample, new Turn(epoch, always.child(sample), augment.child(epoch).child(sample).stream()));
        }

        private void augment(int sample, Turn turn) {
            pipeline.dataset.read(sample, pixels);
            Preprocessing.scale(pixels, pixels.length, values, 0);
            for (int i = 0; i < pipeline.augmentations.size(); i++) {
                pipeline.augmentations.get(i).apply(values, shape, turn);
            }
        }

        /** Both look as they do in this epoch anyway. */
        private void mix(Mixture mixture, long epoch, int sample, float[] into, int offset) {
            augment(epoch, mixture.other);
            System.arraycopy(values, 0, into, offset, values.length);
            augment(epoch, sample);
            float share = (float) mixture.share;
            for (int i = 0; i < values.length; i++) {
                into[offset + i] = share * values[i] + (1 - share) * into[offset + i];
            }
            pipeline.preprocessing.normalise(into, offset, shape);
        }

        /** Overwrites C·H·W floats from {@code offset} on with {@code sample} as it is, for evaluation. */
        public void fillPlain(int sample, float[] into, int offset) {
            if (pipeline.comparison.isEmpty()) {
                fillOne(sample, into, offset);
                return;
            }
            int[] shown = pipeline.shown(sample);
            for (int view = 0; view < shown.length; view++) {
                fillOne(shown[view], into, offset + view * values.length);
            }
        }

        private void fillOne(int sample, float[] into, int offset) {
            pipeline.dataset.read(sample, pixels);
            int plane = pixels.length / tables.length;
            for (int c = 0; c < tables.length; c++) {
                float[] table = tables[c];
                for (int i = c * plane; i < (c + 1) * plane; i++) {
                    into[offset + i] = table[pixels[i] & 0xFF];
                }
            }
        }
    }
}
