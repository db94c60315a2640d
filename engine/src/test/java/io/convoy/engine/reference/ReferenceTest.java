package io.convoy.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.convoy.engine.Property;
import io.convoy.engine.layer.HardAttention;
import io.convoy.engine.layer.Layer;
import io.convoy.engine.network.Network;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The references against central differences of themselves, and against the list of layers. */
class ReferenceTest {
    /** Layers without a reference, and why. */
    private static final Map<String, String> WITHOUT =
            Map.of(HardAttention.class.getName(), "a draw has no derivative; HardAttentionTest holds its estimators");

    private static final int CASES = 6;
    private static final int COORDINATES = 10;
    private static final double STEP = 1e-4;
    private static final Seed SEED = Property.seed(ReferenceTest.class);

    static Stream<Class<? extends Layer>> layers() {
        return References.layers().stream();
    }

    @Test
    void everyLayerHasAReferenceOrAReason() {
        TreeSet<String> records = new TreeSet<>();
        for (JavaClass one : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.convoy.engine")) {
            if (one.isRecord() && one.isAssignableTo(Layer.class)) {
                records.add(one.getName());
            }
        }
        TreeSet<String> known = new TreeSet<>(WITHOUT.keySet());
        layers().forEach(layer -> known.add(layer.getName()));
        assertThat(known).containsExactlyElementsOf(records);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void gradientsAreThoseOfCentralDifferences(Class<? extends Layer> layer) {
        Seed seed = SEED.child(layer.getSimpleName());
        for (int i = 0; i < CASES; i++) {
            Seed one = seed.child(i);
            LayerCase drawn = small(layer, one.child("case"));
            boolean compared = false;
            for (int attempt = 0; attempt < 200 && !compared; attempt++) {
                compared = new Trial(drawn, i % 2 == 0, one.child(attempt)).compare();
            }
            assertThat(compared).as("%s away from kinks", drawn).isTrue();
        }
    }

    private static LayerCase small(Class<? extends Layer> layer, Seed seed) {
        Draw draw = new Draw(seed.stream());
        while (true) {
            LayerCase drawn = References.draw(layer, draw);
            long count = drawn.shapes().stream().mapToLong(Shape::count).sum()
                    + drawn.layer().parameters().stream()
                            .mapToLong(parameter -> parameter.shape().count())
                            .sum();
            if (count < 300) {
                return drawn;
            }
        }
    }

    /** A case with numbers. */
    private static final class Trial {
        private final LayerCase drawn;
        private final boolean training;
        private final Seed seed;
        private final RandomStream random;
        private final Network network;
        private final List<double[]> inputs = new ArrayList<>();
        private final Map<String, double[]> parameters = new HashMap<>();
        private final List<double[]> running;

        Trial(LayerCase drawn, boolean training, Seed seed) {
            this.drawn = drawn;
            this.training = training;
            this.seed = seed;
            this.random = seed.stream();
            Network.Builder builder = Network.builder();
            List<Network.Port> ports = new ArrayList<>();
            for (LayerCase.Feed feed : drawn.feeds()) {
                ports.add(builder.input("x" + ports.size(), feed.shape().sample()));
                inputs.add(feed.values(random));
            }
            builder.add("layer", drawn.layer(), ports.toArray(Network.Port[]::new));
            int outputs = drawn.layer().outputs(drawn.shapes()).size();
            for (int i = 0; i < outputs; i++) {
                builder.output(new Network.Port("layer", i));
            }
            network = builder.build();
            for (Network.Parameter parameter : network.parameters()) {
                parameters.put(parameter.name(), LayerCase.normal(parameter.shape(), random));
            }
            int channels = drawn.shapes().get(0).size(1);
            double[] variance = new double[channels];
            for (int c = 0; c < channels; c++) {
                variance[c] = random.nextDouble(0.5, 2);
            }
            running = List.of(LayerCase.normal(Shape.of(channels), random), variance);
        }

        private ReferenceNetwork compute() {
            return new ReferenceNetwork(
                    network, drawn.batch(), training, inputs, this::parameter, scope -> running, seed.child("run"));
        }

        private double[] parameter(String name) {
            return Objects.requireNonNull(parameters.get(name));
        }

        /** Compares; false if the numbers lie too near to a kink. */
        boolean compare() {
            ReferenceNetwork reference = compute();
            if (reference.nearestKink() < 10 * STEP) {
                return false;
            }
            List<double[]> upstream = reference.outputShapes().stream()
                    .map(shape -> LayerCase.normal(shape, random))
                    .toList();
            reference.backward(upstream);
            for (int i = 0; i < inputs.size(); i++) {
                if (drawn.feeds().get(i).anything()) {
                    compare("x" + i, reference.inputs().get(i), inputs.get(i), upstream);
                }
            }
            reference
                    .parameters()
                    .forEach((name, scalars) ->
                            compare(name, scalars, Objects.requireNonNull(parameters.get(name)), upstream));
            return true;
        }

        private void compare(String what, Scalars scalars, double[] values, List<double[]> upstream) {
            for (int k = 0; k < COORDINATES; k++) {
                int i = random.nextInt(values.length);
                double before = values[i];
                Function<Double, Double> along = distance -> {
                    values[i] = before + distance;
                    return objective(compute(), upstream);
                };
                double near = along.apply(STEP) - along.apply(-STEP);
                double far = along.apply(2 * STEP) - along.apply(-2 * STEP);
                values[i] = before;
                double numeric = (8 * near - far) / (12 * STEP);
                double analytic = scalars.values().get(i).gradient().value();
                assertThat(analytic)
                        .as("%s, %s, number %d, training %s", drawn, what, i, training)
                        .isCloseTo(numeric, within(1e-6 * (1 + Math.abs(numeric))));
            }
        }

        private static double objective(ReferenceNetwork reference, List<double[]> upstream) {
            double sum = 0;
            for (int o = 0; o < upstream.size(); o++) {
                List<Scalar> y = reference.outputs().get(o).values();
                for (int i = 0; i < y.size(); i++) {
                    sum += upstream.get(o)[i] * y.get(i).value();
                }
            }
            return sum;
        }
    }
}
