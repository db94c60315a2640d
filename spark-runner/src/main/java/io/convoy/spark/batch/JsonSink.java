package io.convoy.spark.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.convoy.engine.serve.Head;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Predictions as JSON, one object a line; keys that don't apply are left out. */
final class JsonSink implements PredictionSink {
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private final PredictionLayout layout;
    private final JsonGenerator json;

    JsonSink(PredictionLayout layout, OutputStream out) throws IOException {
        this.layout = layout;
        this.json = JSON.createGenerator(out);
        json.setRootValueSeparator(null);
    }

    @Override
    public void write(Prediction prediction) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < layout.names().size(); i++) {
            name(json, layout.names().get(i), prediction.names().get(i));
        }
        if (prediction.reason().isPresent()) {
            json.writeStringField("error", prediction.reason().get());
        } else {
            scores(prediction.scores());
            if (layout.withEmbedding()) {
                floats("embedding", prediction.embedding(), 0, prediction.embedding().length);
            }
        }
        json.writeEndObject();
        json.writeRaw('\n');
    }

    /** Writes what an input is called. */
    static void name(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value != null) {
            json.writeFieldName(name);
            json.writePOJO(value);
        }
    }

    private void scores(float[] scores) throws IOException {
        Head head = layout.head();
        if (layout.classifies()) {
            Head.Choice best = head.top(scores, 0, 1).get(0);
            json.writeStringField("predictedLabel", best.label());
            json.writeNumberField("probability", best.probability());
            if (layout.topK() > 0) {
                json.writeArrayFieldStart("topK");
                for (Head.Choice choice : head.top(scores, 0, layout.topK())) {
                    json.writeStartObject();
                    choice(choice);
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
        }
        if (layout.tellsScores()) {
            floats("scores", scores, 0, scores.length);
        }
        List<Head> further = layout.further();
        if (!further.isEmpty()) {
            json.writeObjectFieldStart("heads");
            for (Head one : further) {
                int offset = layout.offset(one);
                if (one.kind() == Head.Kind.CLASSES) {
                    json.writeObjectFieldStart(one.name());
                    choice(one.top(scores, offset, 1).get(0));
                    json.writeEndObject();
                } else {
                    floats(one.name(), scores, offset, one.size());
                }
            }
            json.writeEndObject();
        }
    }

    private void choice(Head.Choice choice) throws IOException {
        json.writeStringField("label", choice.label());
        json.writeNumberField("probability", choice.probability());
    }

    private void floats(String name, float[] values, int offset, int count) throws IOException {
        json.writeArrayFieldStart(name);
        for (int i = offset; i < offset + count; i++) {
            json.writeNumber(values[i]);
        }
        json.writeEndArray();
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
