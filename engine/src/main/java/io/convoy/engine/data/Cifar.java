package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the binary version of CIFAR-10 and CIFAR-100 (Krizhevsky, "Learning multiple layers of features from tiny images", 2009):
 * records of a label and 32×32 pixels in three planes, red, green and blue. A record of CIFAR-100 begins with two labels, of 20
 * coarse and of 100 fine classes.
 */
public final class Cifar {
    private static final int PIXELS = 3 * 32 * 32;

    private Cifar() {}

    /** Which labels count. */
    public enum Labels {
        /** CIFAR-10's. */
        TEN(1, 0, 10),
        /** CIFAR-100's coarse ones. */
        COARSE(2, 0, 20),
        /** CIFAR-100's fine ones. */
        FINE(2, 1, 100);

        private final int bytes;
        private final int index;
        private final int classes;

        Labels(int bytes, int index, int classes) {
            this.bytes = bytes;
            this.index = index;
            this.classes = classes;
        }
    }

    /**
     * Reads the files one after the other.
     *
     * @param name the name of the data set
     * @throws DataException if a file has no whole number of records or a label that there isn't; the message names it
     * @throws IOException if a stream fails
     */
    public static MemoryDataset read(String name, Labels labels, List<Idx.Source> files) throws IOException {
        List<byte[]> images = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        for (Idx.Source file : files) {
            byte[] head = new byte[labels.bytes];
            for (int record = 0; ; record++) {
                int length = file.stream().readNBytes(head, 0, head.length);
                if (length == 0) {
                    break;
                }
                byte[] pixels = file.stream().readNBytes(PIXELS);
                if (length < head.length || pixels.length < PIXELS) {
                    throw new DataException(file.name() + " expects records of " + (labels.bytes + PIXELS)
                            + " bytes, but record " + record + " has " + (length + pixels.length)
                            + ". Maybe a copy or a download was cut off, or it is the other CIFAR.");
                }
                int label = head[labels.index] & 0xFF;
                if (label >= labels.classes) {
                    throw new DataException(file.name() + " expects labels of 0 … " + (labels.classes - 1)
                            + ", but that of record " + record + " is " + label + ". Maybe it is the other CIFAR.");
                }
                images.add(pixels);
                classes.add(label);
            }
        }
        return MemoryDataset.of(name, Shape.of(3, 32, 32), labels.classes, images, classes);
    }
}
