package io.convoy.spark.config;

import io.convoy.spark.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a training run is a function of. Read from YAML by {@link ConfigReader}.
 *
 * @param name what the user calls the run
 * @param seed the root of all random choices, any 64-bit number; default 1
 * @param data the examples and how they are varied
 * @param network the network to train
 * @param initialWeights the weights to start from; drawn from the seed if absent
 * @param training how long, and in which batches
 * @param loss what training makes small; default cross-entropy, of each task where there are several
 * @param optimizer the rule that turns gradients into new weights
 * @param regularisation terms of the loss for large weights; none if absent
 * @param clipping how large gradients are cut down; not at all if absent
 * @param averaging the average of the weights that is evaluated and saved; the weights themselves if absent
 * @param parameterGroups parameters that are trained otherwise than the rest; default []
 * @param schedule the learning rate over time
 * @param parameterServer how the weights are spread and how long anybody is waited for
 * @param spark where the run happens
 * @param output where its results go
 */
public record RunConfig(
        @Circumstance String name,
        @Default("1") long seed,
        DataConfig data,
        NetworkConfig network,
        @Nullable InitialWeightsConfig initialWeights,
        TrainingConfig training,
        @Default("{ kind: crossEntropy }") LossConfig loss,
        OptimizerConfig optimizer,
        @Nullable RegularisationConfig regularisation,
        @Nullable ClippingConfig clipping,
        @Nullable AveragingConfig averaging,
        @Default("[]") List<ParameterGroupConfig> parameterGroups,
        ScheduleConfig schedule,
        @Circumstance @Default("{}") ParameterServerConfig parameterServer,
        @Circumstance @Default("{}") SparkConfig spark,
        @Circumstance OutputConfig output) {
    /** Checks that the run has a name. */
    public RunConfig {
        Expect.text("name", name);
        parameterGroups = List.copyOf(parameterGroups);
    }

    /** The same run with other places for its data and its results. */
    public RunConfig at(DataConfig otherData, OutputConfig otherOutput) {
        return with(otherData, network, initialWeights, otherOutput);
    }

    /** The same run with another network, or with the same one told in another way. */
    public RunConfig with(NetworkConfig otherNetwork) {
        return with(data, otherNetwork, initialWeights, output);
    }

    /** The same run with other initial weights, or with the same ones at another place. */
    public RunConfig with(InitialWeightsConfig otherWeights) {
        return with(data, network, otherWeights, output);
    }

    /** What the network is called: its name in the zoo, or else that of the run. */
    public String networkName() {
        return Objects.requireNonNullElse(network.name(), name);
    }

    private RunConfig with(
            DataConfig otherData,
            NetworkConfig otherNetwork,
            @Nullable InitialWeightsConfig otherWeights,
            OutputConfig otherOutput) {
        return new RunConfig(
                name,
                seed,
                otherData,
                otherNetwork,
                otherWeights,
                training,
                loss,
                optimizer,
                regularisation,
                clipping,
                averaging,
                parameterGroups,
                schedule,
                parameterServer,
                spark,
                otherOutput);
    }

    /** The whole configuration as JSON in one form: every key written out, sorted, no spaces. It reads back to an equal record. */
    public String toJson() {
        return CanonicalJson.of(this, true);
    }

    /**
     * The name of the sequence of bits that this configuration computes, 64 hexadecimal digits: the SHA-256 of the canonical
     * JSON of what can change a step's bits. Two runs with equal hashes hold equal weights after equal steps. Not in it:
     * {@code name}, {@code data.root}, {@code initialWeights.file} (but its digest), {@code training.epochs} and {@code training.evaluateEvery} (they say where the sequence
     * starts reading, ends, and is looked at), {@code parameterServer}, {@code spark}, {@code output}.
     */
    public String hash() {
        return CanonicalJson.sha256(CanonicalJson.of(this, false));
    }

    /**
     * Returns normally when a run of this configuration may go on from a checkpoint of {@code before}, that is when their
     * hashes are equal.
     *
     * @throws InvalidInputException naming every key that differs, with both values
     */
    public void requireSameBits(RunConfig before, String checkpoint) {
        List<String> differences = differences(before);
        if (!differences.isEmpty()) {
            throw new InvalidInputException("Resuming from " + checkpoint
                    + " expects the configuration that it was written with, but " + String.join(", ", differences)
                    + ". Maybe set " + (differences.size() == 1 ? "it" : "them")
                    + " back, or start a new run with another output.checkpoints.");
        }
    }

    private List<String> differences(RunConfig before) {
        Map<String, String> now = CanonicalJson.leaves(this);
        Map<String, String> then = CanonicalJson.leaves(before);
        TreeSet<String> keys = new TreeSet<>(now.keySet());
        keys.addAll(then.keySet());
        Map<String, String> differing = new TreeMap<>();
        for (String key : keys) {
            String here = now.getOrDefault(key, "absent");
            String there = then.getOrDefault(key, "absent");
            if (!here.equals(there)) {
                differing.put(key, key + " is " + here + " now and was " + there);
            }
        }
        return List.copyOf(differing.values());
    }
}
