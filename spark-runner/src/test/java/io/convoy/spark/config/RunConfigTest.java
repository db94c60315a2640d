package io.convoy.spark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.spark.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunConfigTest {
    private static final String YAML = """
            name: small
            data:
              kind: idx
              train: { images: a, labels: b }
              test: { images: c, labels: d }
              normalisation: { mean: [0.25], deviation: [2.0e-3] }
            network: { name: lenet5 }
            training: { epochs: 2, batch: 32, microBatch: 8 }
            optimizer: { kind: sgd, momentum: 0.9 }
            schedule: { kind: exponential, rate: 0.05, gamma: 0.7 }
            output: { model: models/small, checkpoints: runs/small }
            """;

    private static RunConfig read(String... overrides) {
        return ConfigReader.read("small.yaml", YAML, List.of(overrides));
    }

    @Test
    void theJsonHasOneFormWithSortedKeysAndEveryDefault() {
        assertThat(read().toJson())
                .isEqualTo(
                        "{\"data\":{\"augmentation\":[],\"classes\":10,\"kind\":\"idx\",\"normalisation\":{\"deviation\":[0.002],"
                                + "\"mean\":[0.25]},\"root\":\".\",\"test\":{\"images\":\"c\",\"labels\":\"d\"},"
                                + "\"train\":{\"images\":\"a\",\"labels\":\"b\"}},"
                                + "\"loss\":{\"classWeights\":[],\"ignoreIndex\":-100,\"kind\":\"crossEntropy\",\"labelSmoothing\":0.0,\"reduction\":\"mean\"},\"name\":\"small\","
                                + "\"network\":{\"name\":\"lenet5\"},"
                                + "\"optimizer\":{\"dampening\":0.0,\"kind\":\"sgd\",\"momentum\":0.9,\"nesterov\":false,\"weightDecay\":0.0},"
                                + "\"output\":{\"checkpoints\":\"runs/small\",\"model\":\"models/small\"},"
                                + "\"parameterGroups\":[],"
                                + "\"parameterServer\":{\"allowMixedCpus\":false,\"commandSeconds\":120,"
                                + "\"deadlineSeconds\":30,\"joinSeconds\":120,\"port\":0,\"shards\":2},"
                                + "\"schedule\":{\"gamma\":0.7,\"kind\":\"exponential\",\"per\":\"epoch\",\"rate\":0.05},"
                                + "\"seed\":1,\"spark\":{\"coresPerSlot\":1,\"master\":\"local[*]\",\"slots\":2},"
                                + "\"training\":{\"batch\":32,\"epochs\":2,\"evaluateEvery\":1,\"microBatch\":8,\"precision\":\"float32\"}}");
    }

    @Test
    void theJsonReadsBackToAnEqualRecord() {
        RunConfig config = read("data.augmentation=[{kind: shift, pixels: 2}]", "schedule.rate=1.1e-7");
        assertThat(ConfigReader.read("checkpoint", config.toJson(), List.of())).isEqualTo(config);
    }

    @Test
    void theHashIsTheSha256OfWhatCountsForTheBits() {
        // The hash is what sha256sum prints for this text.
        assertThat(CanonicalJson.of(read(), false))
                .isEqualTo(
                        "{\"data\":{\"augmentation\":[],\"classes\":10,\"kind\":\"idx\",\"normalisation\":{\"deviation\":[0.002],"
                                + "\"mean\":[0.25]},\"test\":{\"images\":\"c\",\"labels\":\"d\"},"
                                + "\"train\":{\"images\":\"a\",\"labels\":\"b\"}},"
                                + "\"loss\":{\"classWeights\":[],\"ignoreIndex\":-100,\"kind\":\"crossEntropy\",\"labelSmoothing\":0.0,\"reduction\":\"mean\"},\"network\":{\"name\":\"lenet5\"},"
                                + "\"optimizer\":{\"dampening\":0.0,\"kind\":\"sgd\",\"momentum\":0.9,\"nesterov\":false,\"weightDecay\":0.0},"
                                + "\"parameterGroups\":[],\"schedule\":{\"gamma\":0.7,\"kind\":\"exponential\",\"per\":\"epoch\",\"rate\":0.05},"
                                + "\"seed\":1,\"training\":{\"batch\":32,\"microBatch\":8,\"precision\":\"float32\"}}");
        assertThat(read().hash()).isEqualTo("a6737565b3782072bffa1f9f8c80acedeb451a97145887efebeef19208991cd8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name=other",
                "data.root=/elsewhere",
                "training.epochs=9",
                "training.evaluateEvery=2",
                "parameterServer.shards=7",
                "parameterServer.port=4000",
                "parameterServer.joinSeconds=10",
                "parameterServer.commandSeconds=10",
                "parameterServer.allowMixedCpus=true",
                "spark.slots=9",
                "output.model=x",
            })
    void whereAndHowLongARunHappensIsNotInTheHash(String override) {
        assertThat(read(override)).isNotEqualTo(read());
        assertThat(read(override).hash()).isEqualTo(read().hash());
        assertThatCode(() -> read(override).requireSameBits(read(), "runs/small"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "seed=2",
                "data.train.images=x",
                "data.augmentation=[{kind: flip}]",
                "data.normalisation=",
                "network.name=vgg16",
                "initialWeights={file: w}",
                "training.batch=64",
                "training.microBatch=4",
                "training.precision=bfloat16",
                "loss={kind: crossEntropy, labelSmoothing: 0.1}",
                "optimizer.momentum=0.8",
                "optimizer.dampening=0.1",
                "optimizer={kind: lamb}",
                "regularisation={l2: 1e-4}",
                "clipping={kind: norm, limit: 1}",
                "averaging={}",
                "parameterGroups=[{kinds: [bias], decayFactor: 0}]",
                "schedule.rate=0.04",
                "schedule.per=step",
            })
    void whatCanChangeABitIsInTheHash(String override) {
        assertThat(read(override).hash()).isNotEqualTo(read().hash());
    }

    @Test
    void whatATrainedNetworkIsAskedIsNotInTheHash() {
        String images =
                "data={kind: images, train: {path: a}, test: {path: b}, height: 8, width: 8, compare: {show: pairs}}";
        RunConfig config = read(images);
        assertThat(read(images.replace("pairs", "pairs, oneShot: {}")).hash()).isEqualTo(config.hash());
        assertThat(read(images.replace("pairs", "pairs, embedding: 8")).hash()).isNotEqualTo(config.hash());
        assertThat(read(images.replace("pairs", "pairs, others: same_folder")).hash())
                .isNotEqualTo(config.hash());
    }

    @Test
    void resumingWithOtherBitsNamesEveryKeyThatDiffers() {
        assertThatThrownBy(() -> read("training.batch=64", "schedule={kind: constant, rate: 0.05}", "spark.slots=1")
                        .requireSameBits(read(), "runs/small/epoch-2"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Resuming from runs/small/epoch-2 expects the configuration that it was written with, but"
                        + " schedule.gamma is absent now and was 0.7, schedule.kind is constant now and was exponential,"
                        + " schedule.per is absent now and was epoch, training.batch is 64 now and was 32. Maybe set them"
                        + " back, or start a new run with another output.checkpoints.");
        assertThatThrownBy(() -> read("seed=2").requireSameBits(read(), "runs/small/epoch-2"))
                .hasMessage(
                        "Resuming from runs/small/epoch-2 expects the configuration that it was written with, but seed"
                                + " is 2 now and was 1. Maybe set it back, or start a new run with another output.checkpoints.");
    }
}
