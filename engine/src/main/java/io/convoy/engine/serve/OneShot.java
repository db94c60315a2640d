package io.convoy.engine.serve;

import io.convoy.engine.data.ClassGroups;
import io.convoy.engine.data.DataException;
import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One-shot classification within an alphabet (Lake, Salakhutdinov and Tenenbaum, "Human-level concept learning through
 * probabilistic program induction", Science 2015): from one image of each of N classes that the network has never seen, which of
 * them is another image of?
 *
 * <p>An episode draws, each equally likely, one of the {@linkplain ClassGroups groups} of classes, N different classes of it, two
 * different places a and b, and one of the N. The support is image a of each of the N classes, the query image b of that one, where
 * images are counted within their class in the data set's order. Where every hand has drawn every class once and files are in the
 * order of hands, as in Omniglot, so all of the support is by one hand, and the query by another. The answer is the class of the
 * nearest support, by the Euclidean distance.
 *
 * <p>Episodes are a pure function of the seed and the classes' names and sizes, so that whatever is compared is compared on the same
 * ones.
 *
 * @param ways N, at least 2
 * @param episodes how many, at least 1
 * @param seed where episodes are drawn from
 */
public record OneShot(int ways, int episodes, Seed seed) {
    private static final int CHUNK = 256;

    public OneShot {
        if (ways < 2 || episodes < 1) {
            throw new IllegalArgumentException("OneShot expects at least 2 ways and 1 episode, but it got " + ways
                    + " ways and " + episodes + " episodes.");
        }
    }

    /**
     * How a model did, beside what needs no network.
     *
     * @param ways N; by chance 1 / N is right
     * @param embeddings by the distance of embeddings
     * @param pixels by the distance of the images as the network gets them, on the same episodes
     */
    public record Result(int ways, Accuracy embeddings, Accuracy pixels) {
        /** What guessing gets right, 0 … 1. */
        public double chance() {
            return 1.0 / ways;
        }
    }

    /** Sample numbers: one of each class, and another one of the class numbered {@code right}. */
    record Episode(List<Integer> support, int query, int right) {
        Episode {
            support = List.copyOf(support);
        }
    }

    /**
     * Compares how a model that embeds images and how pixels do on {@code test}, whose images are of the model's shape.
     *
     * @param precision what the model computes in
     */
    public Result evaluate(Model model, Dataset test, Precision precision) {
        ModelCard card = model.card();
        if (!test.sampleShape().equals(card.image())) {
            throw new DataException("Model " + card.name() + " expects images of " + card.image() + ", but those of "
                    + test.name() + " are " + test.sampleShape() + ".");
        }
        List<Episode> drawn = draw(test);
        InputPipeline.Reader reader = new InputPipeline(test, card.preprocessing(), List.of(), new Seed(0)).reader();
        int floats = Math.toIntExact(card.image().count());
        float[][] pixels = new float[test.size()][];
        float[][] embeddings = new float[test.size()][];
        float[] chunk = new float[CHUNK * floats];
        try (InferenceModel network = InferenceModel.of(model, precision)) {
            for (int first = 0; first < pixels.length; first += CHUNK) {
                int n = Math.min(CHUNK, pixels.length - first);
                for (int i = 0; i < n; i++) {
                    reader.fillPlain(first + i, chunk, i * floats);
                    pixels[first + i] = Arrays.copyOfRange(chunk, i * floats, (i + 1) * floats);
                }
                float[] values = network.scores(chunk, n);
                for (int i = 0; i < n; i++) {
                    embeddings[first + i] =
                            Arrays.copyOfRange(values, values.length / n * i, values.length / n * (i + 1));
                }
            }
        }
        return new Result(ways, accuracy(drawn, embeddings), accuracy(drawn, pixels));
    }

    /**
     * Returns normally when episodes can be drawn from {@code test}.
     *
     * @throws DataException naming a group of too few classes, or a class of too few images
     */
    public void requireFits(Dataset test) {
        requireFits(test, members(test), ClassGroups.byFolder(test));
    }

    /** The episodes, in order. */
    List<Episode> draw(Dataset test) {
        int[][] members = members(test);
        ClassGroups groups = ClassGroups.byFolder(test);
        requireFits(test, members, groups);
        List<Episode> drawn = new ArrayList<>();
        for (int e = 0; e < episodes; e++) {
            RandomStream random = seed.child("one-shot").child(e).stream();
            int[] classes = groups.classes().get(random.nextInt(groups.classes().size())).stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            random.shuffle(classes);
            classes = Arrays.copyOf(classes, ways);
            int least = Arrays.stream(classes)
                    .map(label -> members[label].length)
                    .min()
                    .orElseThrow();
            int a = random.nextInt(least);
            int b = random.nextInt(least - 1);
            b += b >= a ? 1 : 0;
            int right = random.nextInt(ways);
            List<Integer> support =
                    Arrays.stream(classes).mapToObj(label -> members[label][a]).toList();
            drawn.add(new Episode(support, members[classes[right]][b], right));
        }
        return drawn;
    }

    private static int[][] members(Dataset test) {
        List<List<Integer>> members = new ArrayList<>();
        for (int label = 0; label < test.classes(); label++) {
            members.add(new ArrayList<>());
        }
        for (int i = 0; i < test.size(); i++) {
            members.get(test.label(i)).add(i);
        }
        return members.stream()
                .map(one -> one.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    private void requireFits(Dataset test, int[][] members, ClassGroups groups) {
        for (int group = 0; group < groups.classes().size(); group++) {
            int classes = groups.classes().get(group).size();
            if (classes < ways) {
                throw new DataException("OneShot expects at least " + ways + " classes in each group for " + ways
                        + " ways, but " + groups.called(group) + " of " + test.name() + " has " + classes
                        + ". Maybe take fewer ways, or leave that group out of the test set.");
            }
        }
        for (int label = 0; label < members.length; label++) {
            if (members[label].length < 2) {
                throw new DataException("OneShot expects at least 2 images of every class, but " + test.name() + " has "
                        + members[label].length + " of "
                        + (test.classNames().isEmpty()
                                ? "class " + label
                                : test.classNames().get(label))
                        + ".");
            }
        }
    }

    /** How often the support that is nearest to the query is that of its class; of several that are, the first one. */
    static Accuracy accuracy(List<Episode> episodes, float[][] vectors) {
        Accuracy accuracy = Accuracy.NONE;
        for (Episode episode : episodes) {
            int nearest = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < episode.support().size(); i++) {
                double distance = squaredDistance(vectors[episode.support().get(i)], vectors[episode.query()]);
                if (distance < least) {
                    least = distance;
                    nearest = i;
                }
            }
            accuracy = accuracy.plus(nearest == episode.right());
        }
        return accuracy;
    }

    private static double squaredDistance(float[] x, float[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double difference = (double) x[i] - y[i];
            sum += difference * difference;
        }
        return sum;
    }
}
