package io.convoy.engine.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.convoy.engine.checkpoint.DataType;
import io.convoy.engine.checkpoint.SafetensorsReader;
import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One case of a golden directory: a line of its manifest and the tensors {@code <case>/…} of its file.
 *
 * @param fields the line of the manifest
 * @param file the file of its group
 */
record GoldenCase(JsonNode fields, SafetensorsReader file) {
    /** Where a comparison has no measured error of float32 to go by. */
    private static final double DEFAULT_TOLERANCE = 1e-5;

    /** After several training steps, whose errors add up. */
    static final double TRAINING_TOLERANCE = 1e-4;

    private static final double SMALLEST_TOLERANCE = 1e-6;

    String name() {
        return fields.get("case").textValue();
    }

    String group() {
        return fields.get("group").textValue();
    }

    JsonNode args() {
        return fields.get("args");
    }

    /** The strings under {@code key}; none if there is no such key. */
    List<String> names(String key) {
        List<String> names = new ArrayList<>();
        fields.path(key).forEach(name -> names.add(name.textValue()));
        return names;
    }

    TorchScript script() {
        return TorchScript.parse(fields.get("torchscript").textValue());
    }

    boolean has(String tensor) {
        return file.contains(key(tensor));
    }

    Shape shape(String tensor) {
        return file.tensor(key(tensor)).shape();
    }

    /** Whole numbers, such as indices, are floats in the engine. */
    float[] floats(String tensor) {
        try {
            if (file.tensor(key(tensor)).type() == DataType.I64) {
                double[] wide = doubles(tensor);
                float[] values = new float[wide.length];
                for (int i = 0; i < wide.length; i++) {
                    values[i] = (float) wide[i];
                }
                return values;
            }
            return file.floats(key(tensor));
        } catch (IOException e) {
            throw new UncheckedIOException(key(tensor), e);
        }
    }

    double[] doubles(String tensor) {
        try {
            return file.tensor(key(tensor)).type() == DataType.I64
                    ? Arrays.stream(longs(tensor)).asDoubleStream().toArray()
                    : file.doubles(key(tensor));
        } catch (IOException e) {
            throw new UncheckedIOException(key(tensor), e);
        }
    }

    /** The values of an I64 tensor. */
    long[] longs(String tensor) {
        try {
            return file.longs(key(tensor));
        } catch (IOException e) {
            throw new UncheckedIOException(key(tensor), e);
        }
    }

    private String key(String tensor) {
        return name() + "/" + tensor;
    }

    /** Four times the error that float32 itself makes, as measured with libtorch. */
    double tolerance(String error) {
        JsonNode measured = fields.path(error);
        return measured.isNumber() ? Math.max(SMALLEST_TOLERANCE, 4 * measured.doubleValue()) : DEFAULT_TOLERANCE;
    }

    /** The same for gradients. */
    double gradientTolerance() {
        return tolerance("torch_float32_err_grad");
    }

    /** Compares with the tensor of the file: |a − b| / max(1, |b|) ≤ tolerance for each value. */
    void same(String tensor, float[] actual, double tolerance) {
        double[] wide = new double[actual.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = actual[i];
        }
        same(tensor, wide, tolerance);
    }

    /** Compares with the tensor of the file: |a − b| / max(1, |b|) ≤ tolerance for each value. */
    void same(String tensor, double[] actual, double tolerance) {
        same(group() + "/" + key(tensor), actual, doubles(tensor), tolerance);
    }

    static void same(String what, double[] actual, double[] expected, double tolerance) {
        if (actual.length != expected.length) {
            throw new AssertionError(
                    what + " expects " + expected.length + " values, but there are " + actual.length + ".");
        }
        double worst = -1;
        int at = 0;
        for (int i = 0; i < expected.length; i++) {
            double error = actual[i] == expected[i]
                    ? 0
                    : Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
            if (!(error <= worst)) {
                worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
                at = i;
            }
        }
        if (worst > tolerance) {
            throw new AssertionError(what + "[" + at + "] expects " + expected[at] + " within " + tolerance
                    + " · max(1, |value|), but it is " + actual[at] + ".");
        }
    }
}
