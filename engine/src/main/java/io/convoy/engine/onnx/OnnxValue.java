package io.convoy.engine.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * An input or output of an ONNX graph.
 *
 * @param name its name
 * @param type ONNX's number of the type of its values; 0 if it isn't a tensor
 * @param shaped whether anything is said of its shape
 * @param sizes its sizes: a number, or, if that is not known, a name, which may be empty
 */
record OnnxValue(String name, long type, boolean shaped, List<Size> sizes) {
    /**
     * A size.
     *
     * @param value the number, or −1
     * @param name the name where there is no number
     */
    record Size(long value, String name) {
        @Override
        public String toString() {
            return value >= 0 ? Long.toString(value) : name.isEmpty() ? "?" : name;
        }
    }

    OnnxValue {
        sizes = List.copyOf(sizes);
    }

    WireMessage write() {
        WireMessage shape = new WireMessage();
        for (Size size : sizes) {
            shape.message(
                    1,
                    size.value() >= 0
                            ? new WireMessage().whole(1, size.value())
                            : new WireMessage().text(2, size.name()));
        }
        WireMessage tensor = new WireMessage().whole(1, type).message(2, shape);
        return new WireMessage().text(1, name).message(2, new WireMessage().message(1, tensor));
    }

    static OnnxValue read(WireReader message) {
        String name = "";
        long type = 0;
        boolean shaped = false;
        List<Size> sizes = new ArrayList<>();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> name = message.text();
                case 2 -> {
                    WireReader kind = message.message();
                    while (kind.next()) {
                        if (kind.field() != 1) {
                            kind.skip();
                            continue;
                        }
                        WireReader tensor = kind.message();
                        while (tensor.next()) {
                            switch (tensor.field()) {
                                case 1 -> type = tensor.whole();
                                case 2 -> {
                                    shaped = true;
                                    readSizes(tensor.message(), sizes);
                                }
                                default -> tensor.skip();
                            }
                        }
                    }
                }
                default -> message.skip();
            }
        }
        return new OnnxValue(name, type, shaped, sizes);
    }

    private static void readSizes(WireReader shape, List<Size> sizes) {
        while (shape.next()) {
            if (shape.field() != 1) {
                shape.skip();
                continue;
            }
            WireReader size = shape.message();
            long value = -1;
            String name = "";
            while (size.next()) {
                switch (size.field()) {
                    case 1 -> value = size.whole();
                    case 2 -> name = size.text();
                    default -> size.skip();
                }
            }
            sizes.add(new Size(value, name));
        }
    }
}
