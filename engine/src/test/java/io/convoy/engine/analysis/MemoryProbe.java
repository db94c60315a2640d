package io.convoy.engine.analysis;

import io.convoy.engine.data.Dataset;
import io.convoy.engine.data.InputPipeline;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.exchange.ModelState;
import io.convoy.engine.loss.CrossEntropy;
import io.convoy.engine.network.Network;
import io.convoy.engine.optim.Sgd;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.schedule.Constant;
import io.convoy.engine.tensor.Shape;
import io.convoy.engine.train.Evaluation;
import io.convoy.engine.train.Listener;
import io.convoy.engine.train.LocalTrainer;
import io.convoy.engine.train.TrainingPlan;
import io.convoy.engine.zoo.Zoo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A process that trains and tells the memory that this took: {@code NETWORK CxHxW BATCH MICRO_BATCH CORES} prints the bytes
 * outside the heap and those on it. The heap is touched as a whole before, so that what the process grows by is outside; what
 * the JVM and the natives need for themselves has been loaded by a smaller training.
 */
final class MemoryProbe {
    private static final Path STATUS = Path.of("/proc/self/status");

    private MemoryProbe() {}

    /** Gray images of noise, computed as they are read, so that they take no memory. */
    private record Noise(Shape sampleShape, int size) implements Dataset {
        @Override
        public String name() {
            return "noise";
        }

        @Override
        public int classes() {
            return 10;
        }

        @Override
        public int label(int index) {
            return index % 10;
        }

        @Override
        public void read(int index, byte[] pixels) {
            for (int i = 0; i < sampleShape.count(); i++) {
                pixels[i] = (byte) (index * 31 + i * 17);
            }
        }
    }

    public static void main(String... arguments) throws IOException {
        // Every kind of layer of the zoo's networks has been run once.
        train("lenet5", Shape.of(1, 28, 28), 16, 8, 1);
        train("resnet8", Shape.of(1, 28, 28), 16, 8, 1);
        long outsideBefore = resident();
        long heapBefore = heap();
        long[] after = train(
                arguments[0],
                Shape.of(Arrays.stream(arguments[1].split("x", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray()),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]));
        System.out.println("memory " + (after[0] - outsideBefore) + " " + (after[1] - heapBefore));
    }

    /** What there is after two steps and an evaluation, of everything that training holds, and the copy that it ends with. */
    private static long[] train(String name, Shape image, int batch, int microBatch, int cores) {
        Network network = Zoo.network(name, image, 10);
        Seed seed = new Seed(1);
        TrainingPlan plan = new TrainingPlan(
                network,
                new CrossEntropy(),
                Sgd.withMomentum(0.9, 0),
                new Constant(1e-4),
                batch,
                microBatch,
                1,
                1,
                seed);
        Preprocessing preprocessing = Preprocessing.unit(image.size(0));
        InputPipeline data = new InputPipeline(new Noise(image, 2 * batch), preprocessing, List.of(), seed);
        InputPipeline test =
                new InputPipeline(new Noise(image, cores * Evaluation.BATCH), preprocessing, List.of(), seed);
        long[] memory = new long[2];
        ModelState start = plan.initialState();
        ModelState end = new LocalTrainer(plan, data, test, cores).fit(start, new Listener() {
            @Override
            public void epoch(long epoch, Evaluation evaluation) {
                memory[0] = resident();
                memory[1] = heap();
            }
        });
        if (end.version() != 2 || start.version() != 0) {
            throw new IllegalStateException("MemoryProbe expects 2 steps, but it did " + end.version() + ".");
        }
        long floats = (long) end.weights().length + end.statistics().length;
        for (float[] span : end.optimizerState()) {
            floats += span.length;
        }
        memory[1] += floats * Float.BYTES;
        return memory;
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long resident() {
        try {
            return Files.readAllLines(STATUS).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .sum()
                    * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
