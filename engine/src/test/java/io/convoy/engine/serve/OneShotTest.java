package io.convoy.engine.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.convoy.engine.ThisCpu;
import io.convoy.engine.data.DataException;
import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.MemoryDataset;
import io.convoy.engine.data.NamedClasses;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.kernel.Precision;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.serve.OneShot.Episode;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OneShotTest {
    private static final Seed SEED = new Seed(4);

    /** Four letters of five hands each in A, six of B; all hands draw their letters one after the other. */
    private static final Dataset LETTERS =
            letters(5, List.of("A/a", "A/b", "A/c", "A/d", "B/a", "B/b", "B/c", "B/d", "B/e", "B/f"));

    /** The pixels of a letter are its number, and, fainter, the hand's. */
    private static Dataset letters(int hands, List<String> names) {
        List<byte[]> images = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int hand = 0; hand < hands; hand++) {
            for (int letter = 0; letter < names.size(); letter++) {
                images.add(new byte[] {(byte) (10 * letter), (byte) hand});
                labels.add(letter);
            }
        }
        return new NamedClasses(MemoryDataset.of("letters", Shape.of(1, 1, 2), names.size(), images, labels), names);
    }

    private static int hand(int sample) {
        return sample / 10;
    }

    @Test
    void anEpisodeShowsSeveralLettersOfOneAlphabetByOneHandAndAsksForOneOfThemByAnother() {
        Set<Set<Integer>> supports = new HashSet<>();
        int[] rights = new int[3];
        int[] alphabets = new int[2];
        Set<List<Integer>> hands = new HashSet<>();
        for (Episode episode : new OneShot(3, 3000, SEED).draw(LETTERS)) {
            int[] labels = episode.support().stream().mapToInt(LETTERS::label).toArray();
            assertThat(labels).hasSize(3).doesNotHaveDuplicates();
            boolean first = labels[0] < 4;
            assertThat(Arrays.stream(labels)).allMatch(label -> label < 4 == first);
            assertThat(LETTERS.label(episode.query())).isEqualTo(labels[episode.right()]);
            int hand = hand(episode.support().get(0));
            assertThat(episode.support()).allMatch(sample -> hand(sample) == hand);
            assertThat(hand(episode.query())).isNotEqualTo(hand);
            supports.add(Set.of(labels[0], labels[1], labels[2]));
            rights[episode.right()]++;
            alphabets[first ? 0 : 1]++;
            hands.add(List.of(hand, hand(episode.query())));
        }
        // All choices of letters and of hands come, and what is equally likely comes equally often.
        assertThat(supports).hasSize(4 + 20);
        assertThat(hands).hasSize(5 * 4);
        assertThat(rights[0] / 3000.0).isCloseTo(1 / 3.0, within(0.03));
        assertThat(rights[1] / 3000.0).isCloseTo(1 / 3.0, within(0.03));
        assertThat(alphabets[0] / 3000.0).isCloseTo(0.5, within(0.03));
    }

    @Test
    void theSameSeedAsksTheSameAndMoreEpisodesBeginAlike() {
        assertThat(text(new OneShot(4, 20, SEED))).isEqualTo(text(new OneShot(4, 20, SEED)));
        assertThat(text(new OneShot(4, 20, new Seed(5)))).isNotEqualTo(text(new OneShot(4, 20, SEED)));
        assertThat(text(new OneShot(4, 40, SEED))).startsWith(text(new OneShot(4, 20, SEED)));
    }

    private static String text(OneShot oneShot) {
        StringBuilder text = new StringBuilder();
        oneShot.draw(LETTERS)
                .forEach(episode ->
                        text.append(episode.support()).append(episode.query()).append(episode.right()));
        return text.toString();
    }

    @Test
    void theNearestSupportIsTheAnswerAndTheFirstOfSeveral() {
        float[][] vectors = {{0, 0}, {3, 4}, {0, 6}, {0, 2}, {Float.NaN, 0}};
        List<Integer> support = List.of(0, 1, 2);
        // From (0, 2) it is 2 to the first, √13 to the second, 4 to the third; from (3, 4) it is 0 to the second.
        assertThat(OneShot.accuracy(List.of(new Episode(support, 3, 0)), vectors))
                .isEqualTo(new Accuracy(1, 1));
        assertThat(OneShot.accuracy(List.of(new Episode(support, 3, 1), new Episode(support, 1, 1)), vectors))
                .isEqualTo(new Accuracy(1, 2));
        List<Integer> tied = List.of(2, 0, 0);
        assertThat(OneShot.accuracy(List.of(new Episode(tied, 3, 1), new Episode(tied, 3, 2)), vectors))
                .isEqualTo(new Accuracy(1, 2));
        // What is no number is near to nothing.
        assertThat(OneShot.accuracy(List.of(new Episode(support, 4, 1)), vectors))
                .isEqualTo(new Accuracy(0, 1));
    }

    /** Embeds an image [letter, hand] as {factor · letter, factor · hand}; after scaling by 1/255, which changes no order. */
    private static Model model(Network.Builder network, Port image, float mean, float... weights) {
        Port flat = network.add("flatten", new Flatten(), image);
        Network embedding =
                network.output(network.add("fc", new Linear(2, 2, false), flat)).build();
        float[] values = new float[Layouts.parameters(embedding, 1).length()];
        System.arraycopy(weights, 0, values, 0, weights.length);
        ModelCard card = new ModelCard(
                "letters",
                "linear",
                Shape.of(1, 1, 2),
                List.of(Head.embedding(2)),
                new Fit(Fit.Kind.CROP, 1),
                "",
                new Preprocessing(List.of(mean), List.of(1f)),
                Accuracy.NONE,
                0,
                0,
                "c0ffee",
                new TreeMap<>());
        return new Model(card, embedding, values, new float[0]);
    }

    private static OneShot.Result evaluate(Precision precision, float mean, float... weights) {
        Network.Builder network = Network.builder();
        Model model = model(network, network.input("image", Shape.of(1, 1, 2)), mean, weights);
        return new OneShot(4, 400, SEED).evaluate(model, LETTERS, precision);
    }

    @Test
    void aModelIsComparedWithPixelsAndChanceOnTheSameEpisodes() {
        // A letter's pixel differs by 10 from the next one's, a hand's by at most 4.
        OneShot.Result same = evaluate(Precision.FLOAT32, 0, 1, 0, 0, 1);
        assertThat(same).isEqualTo(new OneShot.Result(4, new Accuracy(400, 400), new Accuracy(400, 400)));
        assertThat(same.chance()).isEqualTo(0.25);
        // The hand alone tells nothing: all of the support is as far, and the first is taken.
        OneShot.Result hands = evaluate(Precision.FLOAT32, 0, 0, 0, 0, 1);
        assertThat(hands.pixels()).isEqualTo(new Accuracy(400, 400));
        assertThat(hands.embeddings().value()).isCloseTo(0.25, within(0.08));
    }

    @Test
    void whatBfloat16DoesNotHoldTellsNothingInIt() {
        ThisCpu.assumeComputes(Precision.BFLOAT16);
        // All pixels lie between 1,000 and 1,000.4, of which bfloat16 holds 1,000 alone.
        OneShot.Result fine = evaluate(Precision.FLOAT32, -1000, 1, 0, 0, 1);
        assertThat(fine).isEqualTo(new OneShot.Result(4, new Accuracy(400, 400), new Accuracy(400, 400)));
        OneShot.Result rough = evaluate(Precision.BFLOAT16, -1000, 1, 0, 0, 1);
        assertThat(rough.pixels()).isEqualTo(fine.pixels());
        assertThat(rough.embeddings().value()).isCloseTo(0.25, within(0.08));
    }

    @Test
    void imagesOfAnotherShapeAreRefused() {
        Network.Builder network = Network.builder();
        Model model = model(network, network.input("image", Shape.of(1, 1, 2)), 0, 1);
        Dataset wide = MemoryDataset.of("wide", Shape.of(1, 1, 3), 1, List.of(new byte[3]), List.of(0));
        assertThatThrownBy(() -> new OneShot(2, 1, SEED).evaluate(model, wide, Precision.FLOAT32))
                .isInstanceOf(DataException.class)
                .hasMessage("Model letters expects images of [1, 1, 2], but those of wide are [1, 1, 3].");
    }

    @Test
    void alphabetsOfTooFewLettersAndLettersOfOneImageAreRefused() {
        assertThatThrownBy(() -> new OneShot(5, 10, SEED).requireFits(LETTERS))
                .isInstanceOf(DataException.class)
                .hasMessage("OneShot expects at least 5 classes in each group for 5 ways, but A of letters has 4."
                        + " Maybe take fewer ways, or leave that group out of the test set.");
        new OneShot(4, 10, SEED).requireFits(LETTERS);
        assertThatThrownBy(() -> new OneShot(2, 10, SEED).requireFits(letters(1, List.of("a", "b"))))
                .hasMessage("OneShot expects at least 2 images of every class, but letters has 1 of a.");
        assertThatThrownBy(() -> new OneShot(1, 10, SEED))
                .hasMessage("OneShot expects at least 2 ways and 1 episode, but it got 1 ways and 10 episodes.");
    }
}
