package io.convoy.engine.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The value of an attribute of an ONNX node. */
sealed interface Attribute {
    /** A float. */
    record Real(float value) implements Attribute {}

    /** An int. */
    record Whole(long value) implements Attribute {}

    /** A string. */
    record Text(String value) implements Attribute {}

    /** Floats. */
    record Reals(List<Float> values) implements Attribute {
        public Reals {
            values = List.copyOf(values);
        }
    }

    /** Ints. */
    record Wholes(List<Long> values) implements Attribute {
        public Wholes {
            values = List.copyOf(values);
        }
    }

    /** A tensor. */
    record OfTensor(OnnxTensor value) implements Attribute {}

    /** Something that no operator of ours has, e.g. a graph, which is not looked into. */
    record Foreign(long type) implements Attribute {}

    static Attribute of(double value) {
        return new Real((float) value);
    }

    static Attribute of(long value) {
        return new Whole(value);
    }

    static Attribute of(String value) {
        return new Text(value);
    }

    static Attribute of(List<Integer> values) {
        return new Wholes(values.stream().map(Integer::longValue).toList());
    }

    /** The message with its name. */
    default WireMessage write(String name) {
        WireMessage message = new WireMessage().text(1, name);
        if (this instanceof Real real) {
            message.real(2, real.value()).whole(20, 1);
        } else if (this instanceof Whole whole) {
            message.whole(3, whole.value()).whole(20, 2);
        } else if (this instanceof Text text) {
            message.text(4, text.value()).whole(20, 3);
        } else if (this instanceof OfTensor tensor) {
            message.message(5, tensor.value().write()).whole(20, 4);
        } else if (this instanceof Reals reals) {
            reals.values().forEach(value -> message.real(7, value));
            message.whole(20, 6);
        } else if (this instanceof Wholes wholes) {
            wholes.values().forEach(value -> message.whole(8, value));
            message.whole(20, 7);
        } else {
            throw new IllegalStateException("An attribute expects to be of a kind that is written, but it is " + this);
        }
        return message;
    }

    /** Reads a name and an attribute. */
    static Map.Entry<String, Attribute> read(WireReader message) {
        String name = "";
        float real = 0;
        long whole = 0;
        String text = "";
        List<OnnxTensor> tensors = new ArrayList<>();
        List<Float> reals = new ArrayList<>();
        List<Long> wholes = new ArrayList<>();
        long type = 0;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> name = message.text();
                case 2 -> real = message.real();
                case 3 -> whole = message.whole();
                case 4 -> text = message.text();
                case 5 -> tensors.add(OnnxTensor.read(message.message()));
                case 7 -> reals(message, reals);
                case 8 -> wholes(message, wholes);
                case 20 -> type = message.whole();
                default -> message.skip();
            }
        }
        Attribute value = switch ((int) type) {
            case 1 -> new Real(real);
            case 2 -> new Whole(whole);
            case 3 -> new Text(text);
            case 4 -> {
                if (tensors.size() != 1) {
                    throw message.damaged("an attribute \"" + name + "\" with " + tensors.size() + " tensors");
                }
                yield new OfTensor(tensors.get(0));
            }
            case 6 -> new Reals(reals);
            case 7 -> new Wholes(wholes);
            default -> new Foreign(type);
        };
        return Map.entry(name, value);
    }

    /** Floats that follow each other in one field, or one of many fields. */
    static void reals(WireReader message, List<Float> values) {
        if (!message.isBytes()) {
            values.add(message.real());
            return;
        }
        var bytes = message.bytes();
        if (bytes.remaining() % 4 != 0) {
            throw message.damaged("a list of floats of " + bytes.remaining() + " bytes");
        }
        while (bytes.hasRemaining()) {
            values.add(bytes.getFloat());
        }
    }

    /** The same of whole numbers. */
    static void wholes(WireReader message, List<Long> values) {
        if (!message.isBytes()) {
            values.add(message.whole());
            return;
        }
        WireReader packed = message.message();
        while (!packed.atEnd()) {
            values.add(packed.bare());
        }
    }
}
