package io.convoy.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.Property;
import io.convoy.engine.exchange.ParameterLayout.Entry;
import io.convoy.engine.exchange.ParameterLayout.Parameter;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParameterLayoutTest {
    private static Parameter parameter(String name, int... sizes) {
        return new Parameter(name, Shape.of(sizes));
    }

    private static final List<Parameter> LENET = List.of(
            parameter("conv1.weight", 6, 1, 5, 5),
            parameter("conv1.bias", 6),
            parameter("conv2.weight", 16, 6, 5, 5),
            parameter("conv2.bias", 16),
            parameter("fc1.weight", 120, 400),
            parameter("fc1.bias", 120),
            parameter("fc2.weight", 84, 120),
            parameter("fc2.bias", 84),
            parameter("fc3.weight", 10, 84),
            parameter("fc3.bias", 10));

    /** Everything that a layout promises, whatever it is made of. */
    private static void holds(ParameterLayout layout, int bucketFloats) {
        int end = 0;
        for (Entry entry : layout.entries()) {
            assertThat(entry.offset() % ParameterLayout.ALIGNMENT).isZero();
            assertThat(entry.offset()).isBetween(end, end + ParameterLayout.ALIGNMENT - 1);
            end = entry.offset() + entry.length();
        }
        assertThat(layout.length()).isBetween(end, end + ParameterLayout.ALIGNMENT - 1);

        Set<Integer> cuts = new HashSet<>();
        for (Entry entry : layout.entries()) {
            for (int block = 0; block < entry.length(); block += ParameterLayout.BLOCK) {
                cuts.add(entry.offset() + block);
            }
        }
        int next = 0;
        for (Part part : layout.parts()) {
            assertThat(part.index()).isEqualTo(layout.parts().indexOf(part));
            assertThat(part.offset()).as("parts follow each other").isEqualTo(next);
            assertThat(part.length()).isBetween(1, ParameterLayout.MAX_PART);
            assertThat(cuts).as("%s starts at a tensor or a block of one", part).contains(part.offset());
            assertThat(part.shard()).isBetween(0, layout.shards() - 1);
            assertThat(part.bucket()).isBetween(0, layout.buckets() - 1);
            // Every block that the part holds belongs to its shard: shards are even shares of the vector.
            for (int cut = part.offset(); cut < part.end(); cut++) {
                if (cuts.contains(cut)) {
                    assertThat((long) cut * layout.shards() / layout.length()).isEqualTo(part.shard());
                }
            }
            next = part.end();
        }
        assertThat(next).isEqualTo(layout.length());

        for (Entry entry : layout.entries()) {
            long buckets = layout.parts().stream()
                    .filter(part -> part.offset() < entry.offset() + entry.length() && entry.offset() < part.end())
                    .map(Part::bucket)
                    .distinct()
                    .count();
            assertThat(buckets).as("buckets of %s", entry.name()).isLessThanOrEqualTo(1);
        }
        int bucket = 0;
        int shard = layout.shards() - 1;
        for (int i = layout.parts().size() - 1; i >= 0; i--) {
            Part part = layout.parts().get(i);
            assertThat(part.bucket()).as("buckets count from the last layer").isBetween(bucket, bucket + 1);
            assertThat(part.shard()).as("shards follow each other").isLessThanOrEqualTo(shard);
            bucket = part.bucket();
            shard = part.shard();
        }
        for (int b = 0; b < layout.buckets() - 1; b++) {
            int number = b;
            long floats = layout.parts().stream()
                    .filter(part -> part.bucket() == number)
                    .mapToLong(Part::length)
                    .sum();
            assertThat(floats).as("bucket %d", b).isGreaterThanOrEqualTo(bucketFloats);
        }
    }

    @Test
    void partsCoverEveryFloatOnceForAnyNetworkAndAnyNumberOfShards() {
        RandomStream stream = Property.seed(ParameterLayoutTest.class).stream();
        int[] largest = {3, 40, 5_000, 300_000};
        for (int round = 0; round < 60; round++) {
            List<Parameter> parameters = new ArrayList<>();
            for (int i = stream.nextInt(20); i >= 0; i--) {
                parameters.add(parameter("p" + i, 1 + stream.nextInt(largest[stream.nextInt(4)])));
            }
            for (int shards = 1; shards <= 9; shards++) {
                int bucketFloats = 1 + stream.nextInt(200_000);
                holds(new ParameterLayout(parameters, bucketFloats, shards), bucketFloats);
            }
        }
    }

    @Test
    void aTensorFarLargerThanAPartIsCutAtItsBlocks() {
        ParameterLayout layout =
                new ParameterLayout(List.of(parameter("a", 7), parameter("huge", 3, 1 << 19), parameter("z", 9)), 1, 2);
        holds(layout, 1);
        assertThat(layout.parts().size()).isGreaterThanOrEqualTo(6);
    }

    @Test
    void leNetLiesWhereThisSays() {
        ParameterLayout layout = new ParameterLayout(LENET, 20_000, 2);
        holds(layout, 20_000);
        assertThat(layout.entry("conv1.weight")).isEqualTo(new Entry("conv1.weight", Shape.of(6, 1, 5, 5), 0, false));
        // 150 floats take 160, 6 take 16.
        assertThat(layout.entry("conv2.weight").offset()).isEqualTo(176);
        assertThat(layout.length()).isEqualTo(61_760);
        // fc3, fc2 and fc1 fill bucket 0; half the vector is 30,880, and the first block of fc1.weight behind it is 28.
        assertThat(layout.parts())
                .containsExactly(
                        new Part(0, 0, 1, 0, 2_592),
                        new Part(1, 0, 0, 2_592, 28 * 1024),
                        new Part(2, 1, 0, 2_592 + 28 * 1024, 61_760 - 2_592 - 28 * 1024));
    }

    @Test
    void moreShardsThanBlocksLeaveSomeEmpty() {
        ParameterLayout layout = new ParameterLayout(List.of(parameter("w", 2000)), 1, 9);
        holds(layout, 1);
        assertThat(layout.parts().stream().map(Part::shard)).containsExactly(0, 4);
    }

    @Test
    void aNetworkWithoutParametersHasNoParts() {
        ParameterLayout layout = new ParameterLayout(List.of(), 1000, 3);
        assertThat(layout.parts()).isEmpty();
        assertThat(layout.length()).isZero();
        assertThat(layout.buckets()).isZero();
    }

    @Test
    void whatCannotBeLaidOutIsRefused() {
        assertThatThrownBy(() -> new ParameterLayout(LENET, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ParameterLayout expects at least 1 float a bucket and 1 shard, but it got 0 floats and 1"
                        + " shards.");
        assertThatThrownBy(() -> new ParameterLayout(List.of(parameter("w", 1), parameter("w", 2)), 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ParameterLayout expects each parameter once, but \"w\" is there twice.");
        assertThatThrownBy(() -> new ParameterLayout(List.of(parameter("a", 1 << 30), parameter("b", 1 << 30)), 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ParameterLayout expects at most 2147481600 floats, but \"b\" [1073741824] comes after"
                        + " 1073741824.");
        assertThatThrownBy(() -> new ParameterLayout(LENET, 1, 1).entry("conv3.weight"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ParameterLayout expects the name of one of its 10 parameters, but it got"
                        + " \"conv3.weight\".");
    }
}
