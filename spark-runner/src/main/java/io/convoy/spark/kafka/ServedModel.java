package io.convoy.spark.kafka;

import io.convoy.spark.config.StreamConfig;
import io.convoy.spark.config.StreamInputConfig;
import io.convoy.spark.config.StreamOutputConfig;
import io.convoy.spark.message.InputFormat;
import io.convoy.spark.message.MessageReader;
import io.convoy.spark.message.OutputFormat;
import io.convoy.spark.message.PredictionWriter;
import io.convoy.spark.scoring.SharedModel;
import io.convoy.spark.scoring.SharedModels;

/**
 * One version of a model at work: it reads, scores and writes. Messages hold it from their arrival to their prediction, so that each
 * of them sees one version alone; it is given back when the last of them is through and another version serves.
 */
final class ServedModel {
    private final SharedModel model;
    private final MessageReader reader;
    private final PredictionWriter writer;
    private int users = 1;

    private ServedModel(SharedModel model, StreamConfig config) {
        this.model = model;
        this.reader = new MessageReader(model.input(), format(config.input().format()));
        this.writer = new PredictionWriter(
                model.card(),
                model.version(),
                config.output().topK(),
                config.output().format() == StreamOutputConfig.Format.JSON ? OutputFormat.JSON : OutputFormat.SCORES);
    }

    /** Loads a version, used once. */
    static ServedModel load(String path, String version, StreamConfig config) {
        return new ServedModel(SharedModels.of(path, version, config.precision()), config);
    }

    private static InputFormat format(StreamInputConfig.Format format) {
        return switch (format) {
            case IMAGE -> InputFormat.IMAGE;
            case TENSOR -> InputFormat.TENSOR;
            case JSON -> InputFormat.JSON;
        };
    }

    String version() {
        return model.version();
    }

    MessageReader reader() {
        return reader;
    }

    PredictionWriter writer() {
        return writer;
    }

    float[] scores(float[] images, int n) {
        return model.scorer().scores(images, n);
    }

    synchronized void hold() {
        users++;
    }

    synchronized void release() {
        users--;
        if (users == 0) {
            model.close();
        }
    }
}
