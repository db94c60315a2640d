package io.convoy.spark.batch;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.convoy.engine.serve.Head;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Predictions as CSV (RFC 4180) in UTF-8, with a header; the length of an embedding is told by the first prediction that has one. */
final class CsvSink implements PredictionSink {
    private static final CsvFactory CSV = CsvFactory.builder()
            .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private final PredictionLayout layout;
    private final CsvGenerator out;
    private final int top;
    private final List<List<String>> waiting = new ArrayList<>();
    private int embedding = -1;
    private int width;

    CsvSink(PredictionLayout layout, OutputStream out) throws IOException {
        this.layout = layout;
        this.out = CSV.createGenerator(out, JsonEncoding.UTF8);
        this.out.setSchema(CsvSchema.emptySchema().withLineSeparator("\r\n"));
        this.top = layout.classifies() ? Math.min(layout.topK(), layout.head().size()) : 0;
    }

    private List<String> header() {
        List<String> names = new ArrayList<>(layout.names());
        if (layout.classifies()) {
            names.addAll(List.of("predictedLabel", "probability"));
            for (int i = 2; i <= top; i++) {
                names.addAll(List.of("label" + i, "probability" + i));
            }
        }
        for (Head head : layout.further()) {
            if (head.kind() == Head.Kind.CLASSES) {
                names.addAll(List.of(head.name(), head.name() + ".probability"));
            } else if (!layout.tellsScores()) {
                for (int i = 0; i < head.size(); i++) {
                    names.add(head.name() + "." + i);
                }
            }
        }
        if (layout.tellsScores()) {
            names.addAll(layout.scoreNames());
        }
        for (int i = 0; i < embedding; i++) {
            names.add("embedding." + i);
        }
        names.add("error");
        return names;
    }

    @Override
    public void write(Prediction prediction) throws IOException {
        if (embedding < 0 && (!layout.withEmbedding() || prediction.reason().isEmpty())) {
            begin(prediction.embedding().length);
        }
        List<String> fields = new ArrayList<>();
        prediction.names().forEach(name -> fields.add(Objects.toString(name, "")));
        if (prediction.reason().isEmpty()) {
            scores(prediction.scores(), fields);
            for (float value : prediction.embedding()) {
                fields.add(Float.toString(value));
            }
            fields.add("");
        } else {
            fields.add(prediction.reason().get());
        }
        if (embedding < 0) {
            waiting.add(fields);
        } else {
            line(padded(fields));
        }
    }

    private void begin(int length) throws IOException {
        embedding = length;
        List<String> header = header();
        width = header.size();
        line(header);
        for (List<String> fields : waiting) {
            line(padded(fields));
        }
        waiting.clear();
    }

    /** A reason is the last of all fields, however many are missing before it. */
    private List<String> padded(List<String> fields) {
        List<String> all = new ArrayList<>(fields);
        all.addAll(all.size() - 1, Collections.nCopies(width - fields.size(), ""));
        return all;
    }

    private void scores(float[] scores, List<String> fields) {
        if (layout.classifies()) {
            for (Head.Choice choice : layout.head().top(scores, 0, Math.max(1, top))) {
                fields.add(choice.label());
                fields.add(Float.toString(choice.probability()));
            }
        }
        for (Head head : layout.further()) {
            int offset = layout.offset(head);
            if (head.kind() == Head.Kind.CLASSES) {
                Head.Choice best = head.top(scores, offset, 1).get(0);
                fields.add(best.label());
                fields.add(Float.toString(best.probability()));
            } else if (!layout.tellsScores()) {
                for (int i = offset; i < offset + head.size(); i++) {
                    fields.add(Float.toString(scores[i]));
                }
            }
        }
        if (layout.tellsScores()) {
            for (float score : scores) {
                fields.add(Float.toString(score));
            }
        }
    }

    private void line(List<String> fields) throws IOException {
        out.writeStartArray();
        for (String field : fields) {
            out.writeString(field);
        }
        out.writeEndArray();
    }

    @Override
    public void close() throws IOException {
        if (embedding < 0) {
            begin(0);
        }
        out.close();
    }
}
