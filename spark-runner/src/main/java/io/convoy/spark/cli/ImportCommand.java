package io.convoy.spark.cli;

import io.convoy.engine.checkpoint.StateDict;
import io.convoy.engine.form.NetworkForm;
import io.convoy.engine.network.Layouts;
import io.convoy.engine.network.Network;
import io.convoy.engine.onnx.OnnxImport;
import io.convoy.engine.onnx.OnnxNetwork;
import io.convoy.engine.tensor.Shape;
import io.convoy.spark.InvalidInputException;
import io.convoy.spark.data.HadoopFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convoy import FILE.onnx --output FILE.json --weights FILE.safetensors}: an ONNX file as what a configuration names. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Reads an ONNX file into a network's description and a state dict, for network.file and"
                + " initialWeights of a configuration; needs no Spark session.")
final class ImportCommand implements Callable<Integer> {
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE.onnx", description = "The ONNX file, on any Hadoop path.")
    private String model = "";

    @Option(
            names = "--output",
            paramLabel = "FILE.json",
            required = true,
            description = "The network's description to make or replace, on any Hadoop path.")
    private String output = "";

    @Option(
            names = "--weights",
            paramLabel = "FILE.safetensors",
            description = "The state dict to make or replace, on any Hadoop path; default: none.")
    private @Nullable String weights;

    @Option(
            names = "--input",
            paramLabel = "CxHxW",
            description = "The shape of an image, e.g. 3x224x224; default: the file's, if it says one.")
    private @Nullable String input;

    @Override
    public Integer call() {
        HadoopFiles files = HadoopFiles.ofThisProcess();
        requireDifferent(files, "--output", output, model);
        if (weights != null) {
            requireDifferent(files, "--weights", weights, model);
            requireDifferent(files, "--weights", weights, output);
        }
        Shape image = ImageShape.parse(input);
        OnnxImport reading = image == null ? OnnxImport.of() : OnnxImport.of().withSample(image);
        OnnxNetwork read = reading.read(model, bytes(files));
        byte[] description = description(read.network());
        HadoopFiles.Writer write = file -> file.write(description);
        if (weights == null) {
            files.write(output, write);
        } else {
            // The one is in its place before the other gets there, and the other is not made if the one can't be.
            files.write(weights, file -> {
                stateDict(read).writer(read.weights(), read.statistics(), 0).writeTo(file);
                files.write(output, write);
            });
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("wrote " + read.network().nodes().size() + " nodes with "
                + read.network().parameterCount() + " parameters to " + output);
        if (weights != null) {
            out.println("wrote their weights to " + weights);
        }
        out.flush();
        return 0;
    }

    private static void requireDifferent(HadoopFiles files, String option, String path, String other) {
        if (files.absolute(path).equals(files.absolute(other))) {
            throw new InvalidInputException(
                    option + " expects a file of its own, but " + path + " is another of the command's.");
        }
    }

    private byte[] bytes(HadoopFiles files) {
        try (InputStream in = files.open(model)) {
            byte[] bytes = in.readNBytes(MOST_BYTES);
            if (in.read() >= 0) {
                throw new InvalidInputException(
                        model + " expects to be an ONNX model of at most 2 GiB, but it is larger."
                                + " Maybe it is another kind of file.");
            }
            return bytes;
        } catch (IOException e) {
            throw new InvalidInputException(model + " expects to be read to its end, but: " + e.getMessage() + ".", e);
        }
    }

    private byte[] description(Network network) {
        try {
            return NetworkForm.write(network).toJson().getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(model + " can't be described. " + e.getMessage(), e);
        }
    }

    private StateDict stateDict(OnnxNetwork read) {
        return new StateDict(model, Layouts.parameters(read.network(), 1), Layouts.statistics(read.network()));
    }
}
