package io.convoy.engine.onnx;

import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads inference graphs of ONNX operators that the engine has layers for. The first dimension of every input is the batch. A
 * parameter keeps its initialiser's name where that is PyTorch's, e.g. {@code layer1.0.conv1.weight}; nodes keep their names.
 *
 * <p>What can't be read is refused with an {@link OnnxException}: operators without a layer all at once, with the names of
 * their nodes; else the first node that asks for something that its layer doesn't do. A file is never believed: whatever is in
 * it, reading takes no more memory than a small multiple of its length.
 */
public final class OnnxImport {
    /** Stands for the name of the only input; no input has it. */
    static final String ONLY = "";

    private final boolean oneSample;
    private final Map<String, Shape> samples;
    private final Map<String, OnnxTensor> constants;
    private final List<String> outputs;

    private OnnxImport(
            boolean oneSample, Map<String, Shape> samples, Map<String, OnnxTensor> constants, List<String> outputs) {
        this.oneSample = oneSample;
        this.samples = new LinkedHashMap<>(samples);
        this.constants = new LinkedHashMap<>(constants);
        this.outputs = List.copyOf(outputs);
    }

    /** Reads a model as it is. */
    public static OnnxImport of() {
        return new OnnxImport(false, Map.of(), Map.of(), List.of());
    }

    /** The same where no dimension is the batch: every input of the model, all of it, is one sample of the network's. */
    public OnnxImport asOneSample() {
        return new OnnxImport(true, samples, constants, outputs);
    }

    /** The same with the sizes of one sample of {@code input}, e.g. [C, H, W], where the model leaves some open. */
    public OnnxImport withSample(String input, Shape sample) {
        Map<String, Shape> more = new LinkedHashMap<>(samples);
        more.put(input, sample);
        return new OnnxImport(oneSample, more, constants, outputs);
    }

    /** The same with the sizes of one sample of the only input. */
    public OnnxImport withSample(Shape sample) {
        return withSample(ONLY, sample);
    }

    /** The same with these outputs only; what they don't need is left out. */
    public OnnxImport withOutputs(List<String> outputs) {
        return new OnnxImport(oneSample, samples, constants, outputs);
    }

    /** The same with this value for the input of its name. */
    OnnxImport withConstant(OnnxTensor tensor) {
        Map<String, OnnxTensor> more = new LinkedHashMap<>(constants);
        more.put(tensor.name(), tensor);
        return new OnnxImport(oneSample, samples, more, outputs);
    }

    /** Reads a file of at most 2 GiB. */
    public OnnxNetwork read(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new OnnxException(file + " expects to be an ONNX model of at most 2 GiB, but it has " + bytes
                    + " bytes. Maybe it is another kind of file.");
        }
        return read(file.toString(), Files.readAllBytes(file));
    }

    /**
     * Reads a model.
     *
     * @param source what messages call it
     */
    public OnnxNetwork read(String source, byte[] file) {
        OnnxModel model = OnnxModel.read(source, file);
        try {
            return ImportGraph.of(source, model, this);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new OnnxException(source + " can't be read. " + e.getMessage(), e);
        }
    }

    boolean oneSample() {
        return oneSample;
    }

    Map<String, Shape> samples() {
        return samples;
    }

    Map<String, OnnxTensor> constants() {
        return constants;
    }

    List<String> outputs() {
        return outputs;
    }
}
