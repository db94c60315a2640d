package io.convoy.engine.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.checkpoint.CheckpointException;
import io.convoy.engine.checkpoint.SafetensorsReader;
import io.convoy.engine.checkpoint.SafetensorsWriter;
import io.convoy.engine.checkpoint.StoredFile;
import io.convoy.engine.data.Preprocessing;
import io.convoy.engine.data.image.Fit;
import io.convoy.engine.exchange.ParameterLayout;
import io.convoy.engine.form.NetworkForm;
import io.convoy.engine.layer.BatchNorm2d;
import io.convoy.engine.layer.Conv2d;
import io.convoy.engine.layer.Flatten;
import io.convoy.engine.layer.Linear;
import io.convoy.engine.metric.Accuracy;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.network.Network.Port;
import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import io.convoy.engine.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {
    private static final Shape IMAGE = Shape.of(1, 4, 4);

    @TempDir
    Path folder;

    private static Network network(int channels, int classes) {
        Network.Builder network = Network.builder();
        Port x = network.input("image", IMAGE);
        x = network.add("conv", Conv2d.of(1, channels, 3).withoutBias(), x);
        x = network.add("bn", BatchNorm2d.of(channels), x);
        x = network.add("flatten", new Flatten(), x);
        x = network.add("fc", Linear.of(channels * 4, classes), x);
        return network.output(x).build();
    }

    private static ModelCard card() {
        return new ModelCard(
                "tiny",
                "tinynet",
                IMAGE,
                List.of(Head.classes(3, List.of())),
                new Fit(Fit.Kind.CROP, 1),
                "",
                Preprocessing.unit(1),
                Accuracy.NONE,
                11,
                2,
                "c0ffee",
                new TreeMap<>());
    }

    private static Model model() {
        Network network = network(2, 3);
        ParameterLayout layout = Layouts.parameters(network, 4);
        float[] statistics = new float[4];
        RandomStream random = new Seed(9).stream();
        for (int i = 0; i < statistics.length; i++) {
            statistics[i] = random.nextFloat();
        }
        return new Model(card(), network, Layouts.initialWeights(network, layout, new Seed(2)), statistics);
    }

    private static Model read(ModelFolder folder) throws IOException {
        return Model.read(folder);
    }

    @Test
    void aModelsVersionFollowsEverythingThatIsInIt() throws IOException {
        ModelFolder one = ModelFolder.local(folder.resolve("one"));
        ModelFolder same = ModelFolder.local(folder.resolve("same"));
        ModelFolder other = ModelFolder.local(folder.resolve("other"));
        Model model = model();
        assertThat(model.version()).isEmpty();
        model.writeTo(one);
        model.writeTo(same);
        model.weights()[0]++;
        model.writeTo(other);
        assertThat(Model.version(one))
                .hasSize(16)
                .isEqualTo(Model.version(same))
                .isNotEqualTo(Model.version(other));
        assertThat(read(one).version()).contains(Model.version(one));
        assertThat(Model.card(one)).isEqualTo(model.card());
    }

    @Test
    void aPartOfANetworkHasTheWholesValuesOfItsNames() {
        Network part = network(2, 3);
        Network.Builder builder = Network.builder();
        Port image = builder.input("image", IMAGE);
        Port first = builder.add("first", Conv2d.of(1, 5, 3), image);
        builder.output(builder.add("own", BatchNorm2d.of(5), first));
        builder.output(builder.include("a", "b", part, image).get(0));
        Network whole = builder.build();
        Network branch = whole.upTo(1);
        float[] weights = new float[Layouts.parameters(whole, 1).length()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i;
        }
        float[] statistics = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
        Model model = Model.ofPart(card(), branch, whole, weights, statistics);
        assertThat(model.network()).isSameAs(branch);
        assertThat(model.statistics()).containsExactly(11, 12, 13, 14);
        ParameterLayout from = Layouts.parameters(whole, 1);
        for (ParameterLayout.Entry entry : Layouts.parameters(branch, 1).entries()) {
            for (int i = 0; i < entry.length(); i++) {
                assertThat(model.weights()[entry.offset() + i])
                        .isEqualTo(from.entry(entry.name()).offset() + i);
            }
        }
    }

    @Test
    void aModelComesBackWithItsBits() throws IOException {
        Model written = model();
        ModelFolder local = ModelFolder.local(folder.resolve("a/b"));
        written.writeTo(local);
        Model back = read(local);
        assertThat(back.card()).isEqualTo(written.card());
        assertThat(back.weights()).containsExactly(written.weights());
        assertThat(back.statistics()).containsExactly(written.statistics());
        assertThat(back.network().nodes()).isEqualTo(written.network().nodes());
        // Writing again replaces it, and nothing else is left in the folder.
        back.writeTo(local);
        try (var files = Files.list(folder.resolve("a/b"))) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .containsExactly("model.json", "network.json", "weights.safetensors");
        }
    }

    @Test
    void weightsAreAStateDictInPyTorchsNames() throws IOException {
        Model written = model();
        written.writeTo(ModelFolder.local(folder));
        try (SafetensorsReader reader = SafetensorsReader.open(folder.resolve("weights.safetensors"))) {
            assertThat(reader.tensors())
                    .extracting(tensor -> tensor.name() + " " + tensor.type() + tensor.shape())
                    .containsExactlyInAnyOrder(
                            "conv.weight F32[2, 1, 3, 3]",
                            "bn.weight F32[2]",
                            "bn.bias F32[2]",
                            "bn.running_mean F32[2]",
                            "bn.running_var F32[2]",
                            "bn.num_batches_tracked I64[]",
                            "fc.weight F32[3, 8]",
                            "fc.bias F32[3]");
            assertThat(reader.longs("bn.num_batches_tracked")).containsExactly(11);
            assertThat(reader.floats("bn.running_mean"))
                    .containsExactly(written.statistics()[0], written.statistics()[1]);
            assertThat(reader.floats("bn.running_var"))
                    .containsExactly(written.statistics()[2], written.statistics()[3]);
        }
    }

    /** Writes a card and, under it, other weights than it was written with. */
    private void writeWith(SafetensorsWriter tensors) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        tensors.writeTo(bytes);
        Files.write(folder.resolve("weights.safetensors"), bytes.toByteArray());
        StoredFile stored = StoredFile.of("weights.safetensors", new ByteArrayInputStream(bytes.toByteArray()));
        byte[] graph = NetworkForm.write(network(2, 3)).toJson().getBytes(StandardCharsets.UTF_8);
        Files.write(folder.resolve("network.json"), graph);
        StoredFile storedGraph = StoredFile.of("network.json", new ByteArrayInputStream(graph));
        Files.write(
                folder.resolve("model.json"),
                ModelFile.of(card(), storedGraph, stored).toJson());
    }

    @Test
    void everyTensorThatDoesNotFitIsListed() throws IOException {
        writeWith(new SafetensorsWriter()
                .add("conv.weight", Shape.of(2, 1, 5, 5), new float[50], 0)
                .add("bn.weight", Shape.of(2), new float[2], 0)
                .add("bn.bias", Shape.of(2), new float[2], 0)
                .add("bn.running_mean", Shape.of(2), 1, 2)
                .add("bn.running_var", Shape.of(2), new float[2], 0)
                .add("bn.num_batches_tracked", Shape.of(), 5)
                .add("fc.weight", Shape.of(3, 8), new float[24], 0)
                .add("fc2.bias", Shape.of(3), new float[3], 0));
        assertThatThrownBy(() -> read(ModelFolder.local(folder)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(folder
                        + "/weights.safetensors expects the 7 tensors of tinynet, but 1 is missing (fc.bias F32[3]), 1"
                        + " is unexpected (fc2.bias F32[3]) and 2 have another form (bn.running_mean is I64[2]"
                        + " instead of F32[2], conv.weight is F32[2, 1, 5, 5] instead of F32[2, 1, 3, 3]). Maybe it"
                        + " belongs to another network.");
    }

    @Test
    void aLongListOfFaultsIsCut() throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int i = 10; i < 30; i++) {
            writer.add("extra" + i, Shape.of(1), new float[1], 0);
        }
        writeWith(writer);
        assertThatThrownBy(() -> read(ModelFolder.local(folder)))
                .hasMessageStartingWith(folder
                        + "/weights.safetensors expects the 7 tensors of tinynet, but 7 are missing (bn.bias F32[2],"
                        + " bn.running_mean F32[2], ")
                .hasMessageEndingWith(
                        " and 20 are unexpected (extra10 F32[1], extra11 F32[1], extra12 F32[1], extra13 F32[1],"
                                + " extra14 F32[1], extra15 F32[1], extra16 F32[1], extra17 F32[1], extra18 F32[1], extra19 F32[1],"
                                + " … 10 more). Maybe it belongs to another network.");
    }

    @Test
    void weightsThatWereChangedAreRefused() throws IOException {
        model().writeTo(ModelFolder.local(folder));
        Path weights = folder.resolve("weights.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertThatThrownBy(() -> read(ModelFolder.local(folder)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("Maybe it was cut short or changed after the checkpoint was written.");
    }

    @Test
    void aNetworkThatWasChangedOrCannotBeReadIsRefused() throws IOException {
        model().writeTo(ModelFolder.local(folder));
        Path network = folder.resolve("network.json");
        String json = Files.readString(network).replace("conv2d", "conv3d");
        Files.writeString(network, json);
        assertThatThrownBy(() -> read(ModelFolder.local(folder)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("Maybe it was cut short or changed after the checkpoint was written.");
        StoredFile stored = StoredFile.of("network.json", new ByteArrayInputStream(Files.readAllBytes(network)));
        StoredFile weights;
        try (InputStream in = Files.newInputStream(folder.resolve("weights.safetensors"))) {
            weights = StoredFile.of("weights.safetensors", in);
        }
        Files.write(
                folder.resolve("model.json"),
                ModelFile.of(card(), stored, weights).toJson());
        assertThatThrownBy(() -> read(ModelFolder.local(folder)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(folder
                        + "/network.json:6:31: network.nodes.0.kind expects a layer or block, such as conv2d, relu"
                        + " or cbam, or a class of your own with its package, but it got the text \"conv3d\". Maybe you mean"
                        + " conv2d.");
    }

    @Test
    void anotherNetworkThanTheCardsIsRefused() {
        Network network = network(2, 4);
        float[] weights = new float[Layouts.parameters(network, 1).length()];
        assertThatThrownBy(() -> new Model(card(), network, weights, new float[4]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Model tiny expects a network from [1, 4, 4] to [3], but tinynet is one from [1, 4, 4] to"
                        + " [4].");
        assertThatThrownBy(() -> new Model(card(), network(2, 3), new float[5], new float[4]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Model tiny expects 112 floats as weights, but it got 5. Maybe they come from another"
                        + " network.");
        assertThatThrownBy(() -> new Model(card(), network(2, 3), new float[112], new float[2]))
                .hasMessage("Model tiny expects 4 floats as statistics, but it got 2. Maybe they come from another"
                        + " network.");
    }

    /** A folder in memory that refuses to finish one of its files. */
    private static final class Memory implements ModelFolder {
        private final Map<String, byte[]> files = new LinkedHashMap<>();
        private String broken = "";

        @Override
        public String name() {
            return "memory";
        }

        @Override
        public void write(String file, Contents contents) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            contents.writeTo(out);
            if (file.equals(broken)) {
                throw new IOException("disk full");
            }
            files.put(file, out.toByteArray());
        }

        @Override
        public InputStream open(String file) throws IOException {
            byte[] bytes = files.get(file);
            if (bytes == null) {
                throw new FileNotFoundException(file);
            }
            return new ByteArrayInputStream(bytes);
        }
    }

    @Test
    void theCardIsWrittenLast() throws IOException {
        Memory memory = new Memory();
        memory.broken = "weights.safetensors";
        assertThatThrownBy(() -> model().writeTo(memory)).hasMessage("disk full");
        assertThat(memory.files.keySet()).containsExactly("network.json");
        memory.broken = "";
        model().writeTo(memory);
        assertThat(memory.files.keySet()).containsExactly("network.json", "weights.safetensors", "model.json");
        assertThat(read(memory).weights()).containsExactly(model().weights());
    }

    @Test
    void aLocalFileThatCannotBeFinishedLeavesTheOldOne() throws IOException {
        ModelFolder local = ModelFolder.local(folder);
        local.write("model.json", out -> out.write(1));
        assertThatThrownBy(() -> local.write("model.json", out -> {
                    out.write(2);
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");
        assertThat(Files.readAllBytes(folder.resolve("model.json"))).containsExactly(1);
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
        assertThat(local.name()).isEqualTo(folder.toString());
    }
}
