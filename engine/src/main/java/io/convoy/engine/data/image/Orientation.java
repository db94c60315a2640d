package io.convoy.engine.data.image;

/** How a camera was held (Exif 2.3, tag 0x0112): what has to be done to see the picture upright. */
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    TURNED_HALF(false, true, true),
    FLIPPED(false, false, true),
    TRANSPOSED(true, false, false),
    TURNED_RIGHT(true, true, false),
    TRANSVERSED(true, true, true),
    TURNED_LEFT(true, false, true);

    private static final int TAG = 0x0112;
    private static final int SHORT = 3;

    /** Whether the upright picture's rows are the file's columns; then whether left and right, top and bottom change places. */
    private final boolean transpose;

    private final boolean mirror;
    private final boolean flip;

    Orientation(boolean transpose, boolean mirror, boolean flip) {
        this.transpose = transpose;
        this.mirror = mirror;
        this.flip = flip;
    }

    /** Reads the TIFF structure of Exif in {@code file} from {@code begin} to {@code end}; upright where it can't be read. */
    static Orientation read(byte[] file, int begin, int end) {
        if (end - begin < 8) {
            return UPRIGHT;
        }
        boolean little = file[begin] == 'I';
        if ((!little && file[begin] != 'M') || file[begin + 1] != file[begin]) {
            return UPRIGHT;
        }
        long directory = begin + number(file, begin + 4, 4, little);
        if (directory + 2 > end) {
            return UPRIGHT;
        }
        long entries = number(file, (int) directory, 2, little);
        for (long entry = directory + 2; entries > 0 && entry + 12 <= end; entry += 12, entries--) {
            int at = (int) entry;
            if (number(file, at, 2, little) == TAG && number(file, at + 2, 2, little) == SHORT) {
                long value = number(file, at + 8, 2, little);
                return value >= 1 && value <= values().length ? values()[(int) value - 1] : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    private static long number(byte[] file, int at, int bytes, boolean little) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (file[little ? at + bytes - 1 - i : at + i] & 0xFF);
        }
        return value;
    }

    /** The picture as it is meant to be seen. */
    Picture apply(Picture picture) {
        if (this == UPRIGHT) {
            return picture;
        }
        int height = transpose ? picture.width() : picture.height();
        int width = transpose ? picture.height() : picture.width();
        int plane = width * height;
        byte[] from = picture.pixels();
        byte[] turned = new byte[from.length];
        for (int y = 0; y < height; y++) {
            int v = flip ? height - 1 - y : y;
            for (int x = 0; x < width; x++) {
                int u = mirror ? width - 1 - x : x;
                int source = transpose ? u * picture.width() + v : v * picture.width() + u;
                for (int c = 0; c < picture.channels(); c++) {
                    turned[c * plane + y * width + x] = from[c * plane + source];
                }
            }
        }
        return new Picture(picture.channels(), height, width, turned);
    }
}
