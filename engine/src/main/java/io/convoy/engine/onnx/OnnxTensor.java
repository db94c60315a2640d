package io.convoy.engine.onnx;

import io.convoy.engine.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A tensor whose values are in the file. */
sealed interface OnnxTensor {
    int FLOAT = 1;
    int INT64 = 7;

    String name();

    Shape shape();

    WireMessage write();

    /** Floats: those of {@code values} from {@code from} on, as many as the shape has. */
    final class Floats implements OnnxTensor {
        private final String name;
        private final Shape shape;
        private final float[] values;
        private final int from;

        Floats(String name, Shape shape, float[] values, int from) {
            this.name = name;
            this.shape = shape;
            this.values = values;
            this.from = from;
        }

        Floats(String name, Shape shape, float... values) {
            this(name, shape, values, 0);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Shape shape() {
            return shape;
        }

        /** Not a copy. */
        float[] values() {
            return values;
        }

        int from() {
            return from;
        }

        @Override
        public WireMessage write() {
            return head(this, FLOAT).floats(9, values, from, Math.toIntExact(shape.count()));
        }
    }

    /** Whole numbers, of whatever width in the file. */
    final class Wholes implements OnnxTensor {
        private final String name;
        private final Shape shape;
        private final long[] values;

        Wholes(String name, Shape shape, long... values) {
            this.name = name;
            this.shape = shape;
            this.values = values;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Shape shape() {
            return shape;
        }

        /** Not a copy. */
        long[] values() {
            return values;
        }

        @Override
        public WireMessage write() {
            ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            raw.asLongBuffer().put(values);
            return head(this, INT64).bytes(9, raw.array());
        }
    }

    /** Values of a type that we have no tensors of. */
    record Foreign(String name, Shape shape, String type) implements OnnxTensor {
        @Override
        public WireMessage write() {
            throw new IllegalStateException(
                    "Tensor " + name + " expects to be of floats or whole numbers, but it is of " + type + ".");
        }
    }

    private static WireMessage head(OnnxTensor tensor, int type) {
        WireMessage message = new WireMessage();
        for (int size : tensor.shape().toArray()) {
            message.whole(1, size);
        }
        return message.whole(2, type).text(8, tensor.name());
    }

    static OnnxTensor read(WireReader message) {
        String name = "";
        List<Long> sizes = new ArrayList<>();
        int type = 0;
        List<Float> floats = new ArrayList<>();
        List<Long> wholes = new ArrayList<>();
        ByteBuffer raw = ByteBuffer.allocate(0);
        boolean elsewhere = false;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> Attribute.wholes(message, sizes);
                case 2 -> type = (int) message.whole();
                case 4 -> Attribute.reals(message, floats);
                case 5, 7 -> Attribute.wholes(message, wholes);
                case 8 -> name = message.text();
                case 9 -> raw = message.bytes();
                case 14 -> elsewhere = message.whole() != 0;
                default -> message.skip();
            }
        }
        if (elsewhere) {
            throw new OnnxException(message.source() + " expects all values in one file, but those of tensor \"" + name
                    + "\" are in another. Maybe save it without external data.");
        }
        Shape shape = shape(message, name, sizes);
        return switch (type) {
            case FLOAT -> floats(message, name, shape, floats, raw.order(ByteOrder.LITTLE_ENDIAN));
            case 2, 3, 4, 5, 6, INT64, 9 ->
                wholes(message, name, shape, type, wholes, raw.order(ByteOrder.LITTLE_ENDIAN));
            default -> new Foreign(name, shape, typeName(type));
        };
    }

    /** Sizes that are no sizes, or whose product no array could hold, are refused before anything is reserved. */
    private static Shape shape(WireReader message, String name, List<Long> sizes) {
        long count = 1;
        for (long size : sizes) {
            if (size < 0 || size > Integer.MAX_VALUE || (count *= size) > Integer.MAX_VALUE) {
                throw message.damaged("a tensor \"" + name + "\" of the shape " + sizes);
            }
        }
        return Shape.of(sizes.stream().mapToInt(Long::intValue).toArray());
    }

    private static Floats floats(WireReader message, String name, Shape shape, List<Float> listed, ByteBuffer raw) {
        requireCount(message, name, shape, count(listed, raw, 4));
        float[] values = new float[(int) shape.count()];
        if (raw.hasRemaining()) {
            raw.asFloatBuffer().get(values);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = listed.get(i);
            }
        }
        return new Floats(name, shape, values);
    }

    private static Wholes wholes(
            WireReader message, String name, Shape shape, int type, List<Long> listed, ByteBuffer raw) {
        int width = switch (type) {
            case 4, 5 -> 2;
            case 6 -> 4;
            case INT64 -> 8;
            default -> 1;
        };
        requireCount(message, name, shape, count(listed, raw, width));
        long[] values = new long[(int) shape.count()];
        boolean isRaw = raw.hasRemaining();
        for (int i = 0; i < values.length; i++) {
            values[i] = isRaw ? whole(raw, type) : listed.get(i);
        }
        return new Wholes(name, shape, values);
    }

    /** Values that are there; -1 if they are not whole. */
    private static long count(List<?> listed, ByteBuffer raw, int width) {
        if (!raw.hasRemaining()) {
            return listed.size();
        }
        return raw.remaining() % width == 0 ? raw.remaining() / width : -1;
    }

    private static long whole(ByteBuffer raw, int type) {
        return switch (type) {
            case 2 -> raw.get() & 0xFF;
            case 4 -> raw.getShort() & 0xFFFF;
            case 5 -> raw.getShort();
            case 6 -> raw.getInt();
            case INT64 -> raw.getLong();
            default -> raw.get();
        };
    }

    private static void requireCount(WireReader message, String name, Shape shape, long there) {
        if (there != shape.count()) {
            throw message.damaged("a tensor \"" + name + "\" of the shape " + shape + " with "
                    + (there < 0 ? "a part of a value" : there + " values"));
        }
    }

    /** ONNX's name of a type of values. */
    static String typeName(long type) {
        return switch ((int) type) {
            case 1 -> "float";
            case 2 -> "uint8";
            case 3 -> "int8";
            case 4 -> "uint16";
            case 5 -> "int16";
            case 6 -> "int32";
            case 7 -> "int64";
            case 8 -> "string";
            case 9 -> "bool";
            case 10 -> "float16";
            case 11 -> "double";
            case 12 -> "uint32";
            case 13 -> "uint64";
            case 16 -> "bfloat16";
            default -> "type " + type;
        };
    }
}
