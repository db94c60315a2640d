package io.convoy.spark.batch;

import io.convoy.engine.serve.Head;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Predictions as one Parquet file, in the columns that Spark gives the same data; names are text. */
final class ParquetSink implements PredictionSink {
    private final PredictionLayout layout;
    private final SimpleGroupFactory groups;
    private final ParquetWriter<Group> writer;

    ParquetSink(PredictionLayout layout, OutputStream out) throws IOException {
        this.layout = layout;
        MessageType schema = schema(layout);
        this.groups = new SimpleGroupFactory(schema);
        this.writer = ExampleParquetWriter.builder(new Stream(out))
                .withType(schema)
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .build();
    }

    private static MessageType schema(PredictionLayout layout) {
        Types.MessageTypeBuilder schema = Types.buildMessage();
        layout.names().forEach(name -> schema.addField(text(name)));
        if (layout.classifies()) {
            schema.addFields(text("predictedLabel"), number("probability"));
            if (layout.topK() > 0) {
                schema.addField(list("topK", choice(Type.Repetition.REQUIRED, "element")));
            }
        }
        if (layout.tellsScores()) {
            schema.addField(floats("scores"));
        }
        if (!layout.further().isEmpty()) {
            Types.GroupBuilder<GroupType> heads = Types.optionalGroup();
            for (Head head : layout.further()) {
                heads.addField(
                        head.kind() == Head.Kind.CLASSES
                                ? choice(Type.Repetition.OPTIONAL, head.name())
                                : floats(head.name()));
            }
            schema.addField(heads.named("heads"));
        }
        if (layout.withEmbedding()) {
            schema.addField(floats("embedding"));
        }
        return schema.addField(text("error")).named("prediction");
    }

    private static Type text(String name) {
        return Types.optional(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.stringType())
                .named(name);
    }

    private static Type number(String name) {
        return Types.optional(PrimitiveTypeName.FLOAT).named(name);
    }

    private static Type choice(Type.Repetition repetition, String name) {
        return Types.buildGroup(repetition)
                .addFields(text("label"), number("probability"))
                .named(name);
    }

    private static Type list(String name, Type element) {
        return Types.optionalList().element(element).named(name);
    }

    private static Type floats(String name) {
        return list(name, Types.required(PrimitiveTypeName.FLOAT).named("element"));
    }

    @Override
    public void write(Prediction prediction) throws IOException {
        Group row = groups.newGroup();
        for (int i = 0; i < layout.names().size(); i++) {
            @Nullable Object name = prediction.names().get(i);
            if (name != null) {
                row.add(layout.names().get(i), name.toString());
            }
        }
        if (prediction.reason().isPresent()) {
            row.add("error", prediction.reason().get());
        } else {
            scores(row, prediction.scores());
            if (layout.withEmbedding()) {
                add(row, "embedding", prediction.embedding(), 0, prediction.embedding().length);
            }
        }
        writer.write(row);
    }

    private void scores(Group row, float[] scores) {
        if (layout.classifies()) {
            Head.Choice best = layout.head().top(scores, 0, 1).get(0);
            row.add("predictedLabel", best.label());
            row.add("probability", best.probability());
            if (layout.topK() > 0) {
                Group top = row.addGroup("topK");
                for (Head.Choice choice : layout.head().top(scores, 0, layout.topK())) {
                    add(top.addGroup("list").addGroup("element"), choice);
                }
            }
        }
        if (layout.tellsScores()) {
            add(row, "scores", scores, 0, scores.length);
        }
        if (!layout.further().isEmpty()) {
            Group heads = row.addGroup("heads");
            for (Head head : layout.further()) {
                int offset = layout.offset(head);
                if (head.kind() == Head.Kind.CLASSES) {
                    add(heads.addGroup(head.name()), head.top(scores, offset, 1).get(0));
                } else {
                    add(heads, head.name(), scores, offset, head.size());
                }
            }
        }
    }

    private static void add(Group group, Head.Choice choice) {
        group.add("label", choice.label());
        group.add("probability", choice.probability());
    }

    private static void add(Group group, String name, float[] values, int offset, int count) {
        Group list = group.addGroup(name);
        for (int i = offset; i < offset + count; i++) {
            list.addGroup("list").add("element", values[i]);
        }
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    /** A stream whose end is somebody else's business. */
    private record Stream(OutputStream out) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSize) {
            return new PositionOutputStream() {
                private long position;

                @Override
                public long getPos() {
                    return position;
                }

                @Override
                public void write(int value) throws IOException {
                    out.write(value);
                    position++;
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    out.write(bytes, offset, length);
                    position += length;
                }

                @Override
                public void flush() throws IOException {
                    out.flush();
                }
            };
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSize) {
            return create(blockSize);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
