package io.convoy.engine.data;

import io.convoy.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Square images as they are, and turned anticlockwise by 90°, 180° and 270°, where each turn of a class is a class of its own: so a
 * few alphabets are four times as many (Santoro et al., "Meta-learning with memory-augmented neural networks", ICML 2016). A turn
 * of {@code Greek/character07} is called {@code Greek turned by 90°/character07}.
 *
 * <p>Sample t·n + i is sample i of the n, turned t times; its class is t·k plus its class of the k.
 */
public final class QuarterTurns implements Dataset {
    private static final int TURNS = 4;

    private final Dataset upright;
    private final int side;
    private final List<String> classNames;

    /**
     * Turns of what {@code upright} holds.
     *
     * @throws DataException if its images are not square, or have targets of another kind than a class
     */
    public QuarterTurns(Dataset upright) {
        Shape shape = upright.sampleShape();
        if (shape.size(1) != shape.size(2)) {
            throw new DataException("QuarterTurns expects square images of [C, H, W], but those of " + upright.name()
                    + " are " + shape + ".");
        }
        if (upright.classes() < 1 || upright.targetShape().rank() != 0) {
            throw new DataException("QuarterTurns expects samples with a class each, but the targets of "
                    + upright.name() + " are " + upright.targetShape() + ".");
        }
        if (upright.size() > Integer.MAX_VALUE / TURNS) {
            throw new DataException("QuarterTurns expects at most " + Integer.MAX_VALUE / TURNS + " samples, but "
                    + upright.name() + " has " + upright.size() + ".");
        }
        this.upright = upright;
        side = shape.size(1);
        List<String> names = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            for (String name : upright.classNames()) {
                names.add(turned(name, turn));
            }
        }
        classNames = List.copyOf(names);
    }

    private static String turned(String name, int turn) {
        if (turn == 0) {
            return name;
        }
        String folder = ClassGroups.folder(name);
        String leaf = name.substring(folder.isEmpty() ? 0 : folder.length() + 1);
        return (folder.isEmpty() ? "" : folder + " ") + "turned by " + 90 * turn + "°/" + leaf;
    }

    @Override
    public String name() {
        return upright.name() + " and its quarter turns";
    }

    @Override
    public int size() {
        return TURNS * upright.size();
    }

    @Override
    public Shape sampleShape() {
        return upright.sampleShape();
    }

    @Override
    public int classes() {
        return TURNS * upright.classes();
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int label(int index) {
        return index / upright.size() * upright.classes() + upright.label(index % upright.size());
    }

    @Override
    public void read(int index, byte[] pixels) {
        upright.read(index % upright.size(), pixels);
        int turn = index / upright.size();
        int plane = side * side;
        for (int c = 0; c < sampleShape().size(0); c++) {
            for (int done = 0; done < turn; done++) {
                turnOnce(pixels, c * plane);
            }
        }
    }

    /** Each pixel goes to where the one that is a quarter turn behind it was: (y, x) ← (x, side − 1 − y), four at a time. */
    private void turnOnce(byte[] pixels, int first) {
        int last = side - 1;
        for (int y = 0; y < side / 2; y++) {
            for (int x = 0; x < (side + 1) / 2; x++) {
                int a = first + y * side + x;
                int b = first + x * side + last - y;
                int c = first + (last - y) * side + last - x;
                int d = first + (last - x) * side + y;
                byte kept = pixels[a];
                pixels[a] = pixels[b];
                pixels[b] = pixels[c];
                pixels[c] = pixels[d];
                pixels[d] = kept;
            }
        }
    }
}
