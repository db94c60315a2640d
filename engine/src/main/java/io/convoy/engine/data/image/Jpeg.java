package io.convoy.engine.data.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEG as cameras and the web have it (ITU-T T.81): Huffman-coded, sequential or progressive, 8 bits a sample; gray, YCbCr,
 * RGB, and the CMYK and YCCK of printers. The samples are those of libjpeg-turbo with its accurate transform and smooth
 * upsampling. A file that is damaged or cut off is refused, never half decoded. Of several pictures the first counts.
 */
final class Jpeg {
    private static final int MOST_SCANS = 1000;
    private static final int ADOBE_UNKNOWN = 0;
    private static final int ADOBE_YCC = 1;

    private final byte[] file;
    private final long maxPixels;
    private final int[] @Nullable [] quantisations = new int[4] @Nullable [];
    private final @Nullable HuffmanTable[] firsts = new @Nullable HuffmanTable[4];
    private final @Nullable HuffmanTable[] others = new @Nullable HuffmanTable[4];
    private final List<JpegComponent> components = new ArrayList<>();
    private int position = 2;
    private int width;
    private int height;
    private int unitsPerRow;
    private int unitRows;
    private boolean progressive;
    private int restart;
    private boolean jfif;
    private int adobe = -1;
    private Orientation orientation = Orientation.UPRIGHT;
    private boolean oriented;

    private Jpeg(byte[] file, long maxPixels) {
        this.file = file;
        this.maxPixels = maxPixels;
    }

    /** Whether {@code file} begins like a JPEG. */
    static boolean begins(byte[] file) {
        return file.length >= 3 && file[0] == -1 && file[1] == (byte) 0xD8 && file[2] == -1;
    }

    /**
     * Decodes {@code file}.
     *
     * @param maxPixels refused before any memory is taken if it says that it has more
     */
    static Picture decode(byte[] file, long maxPixels) {
        return new Jpeg(file, maxPixels).decode();
    }

    private Picture decode() {
        int scans = 0;
        while (true) {
            int marker = marker();
            if (marker == 0xD9) {
                break;
            }
            if (marker == 0xDA) {
                scans++;
                if (scans > MOST_SCANS) {
                    throw new ImageException("it has more than " + MOST_SCANS + " scans");
                }
                scan();
                if (!progressive && complete()) {
                    // Some writers leave the end marker out.
                    break;
                }
            } else {
                segment(marker);
            }
        }
        if (components.isEmpty() || !complete()) {
            throw new ImageException("it ends before its picture does");
        }
        for (JpegComponent component : components) {
            finish(component);
        }
        return orientation.apply(picture());
    }

    private boolean complete() {
        for (JpegComponent component : components) {
            if (component.quantisation == null) {
                return false;
            }
        }
        return true;
    }

    /** The next marker; bytes in front of it that mean nothing are passed over. */
    private int marker() {
        while (position + 1 < file.length) {
            if (file[position] == -1) {
                int code = file[position + 1] & 0xFF;
                if (code != 0xFF && code != 0 && (code & 0xF8) != 0xD0) {
                    position += 2;
                    return code;
                }
            }
            position++;
        }
        throw new ImageException("its compressed data ends too early");
    }

    private void segment(int marker) {
        if (marker == 0x01 || marker == 0xD8) {
            return;
        }
        int begin = position + 2;
        int length = position + 1 < file.length ? unsigned16(position) : 0;
        int end = position + length;
        if (length < 2 || end > file.length) {
            throw new ImageException(
                    length < 2 && end <= file.length ? "its structure is damaged" : "it ends before its picture does");
        }
        position = end;
        switch (marker) {
            case 0xC0, 0xC1, 0xC2 -> frame(marker == 0xC2, begin, end);
            case 0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF ->
                throw new ImageException("it is a lossless or hierarchical JPEG, which is not supported");
            case 0xC9, 0xCA -> throw new ImageException("it is a JPEG with arithmetic coding, which is not supported");
            case 0xC4 -> codes(begin, end);
            case 0xDB -> quantisation(begin, end);
            case 0xDC -> throw new ImageException("it is a JPEG that tells its height late, which is not supported");
            case 0xDD -> restart = exactly(4, length) ? unsigned16(begin) : 0;
            case 0xE0 -> jfif |= startsWith("JFIF\0", begin, end);
            case 0xE1 -> exif(begin, end);
            case 0xEE -> {
                if (startsWith("Adobe", begin, end) && end - begin >= 12) {
                    adobe = file[begin + 11] & 0xFF;
                }
            }
            default -> {
                // Comments, thumbnails, colour profiles.
            }
        }
    }

    private boolean exactly(int expected, int length) {
        if (length != expected) {
            throw damaged();
        }
        return true;
    }

    private static ImageException damaged() {
        return new ImageException("its structure is damaged");
    }

    private int unsigned16(int at) {
        return (file[at] & 0xFF) << 8 | (file[at + 1] & 0xFF);
    }

    private boolean startsWith(String text, int begin, int end) {
        if (end - begin < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (file[begin + i] != (byte) text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void exif(int begin, int end) {
        if (!oriented && startsWith("Exif\0\0", begin, end)) {
            orientation = Orientation.read(file, begin + 6, end);
            oriented = true;
        }
    }

    private void quantisation(int begin, int end) {
        int at = begin;
        while (at < end) {
            boolean wide = file[at] >> 4 == 1;
            int number = file[at] & 0x0F;
            at++;
            if (number > 3 || at + (wide ? 128 : 64) > end) {
                throw damaged();
            }
            int[] steps = new int[64];
            for (int k = 0; k < 64; k++) {
                steps[JpegScan.NATURAL[k]] = wide ? unsigned16(at + 2 * k) : file[at + k] & 0xFF;
            }
            quantisations[number] = steps;
            at += wide ? 128 : 64;
        }
    }

    private void codes(int begin, int end) {
        int at = begin;
        while (at < end) {
            int target = file[at] & 0xFF;
            if ((target & 0x0F) > 3 || target >> 4 > 1 || at + 17 > end) {
                throw damaged();
            }
            int[] lengths = new int[HuffmanTable.LONGEST];
            int count = 0;
            for (int i = 0; i < lengths.length; i++) {
                lengths[i] = file[at + 1 + i] & 0xFF;
                count += lengths[i];
            }
            at += 17;
            if (count > 256 || at + count > end) {
                throw damaged();
            }
            HuffmanTable table = new HuffmanTable(lengths, Arrays.copyOfRange(file, at, at + count));
            (target >> 4 == 0 ? firsts : others)[target & 0x0F] = table;
            at += count;
        }
    }

    private void frame(boolean isProgressive, int begin, int end) {
        if (!components.isEmpty() || end - begin < 6) {
            throw damaged();
        }
        if (file[begin] != 8) {
            throw new ImageException(
                    "it is a JPEG of " + (file[begin] & 0xFF) + " bits a sample, which is not supported: 8 are");
        }
        progressive = isProgressive;
        height = unsigned16(begin + 1);
        width = unsigned16(begin + 3);
        int count = file[begin + 5] & 0xFF;
        if (end - begin < 6 + 3 * count) {
            throw damaged();
        }
        Limits.require(width, height, maxPixels);
        if (count != 1 && count != 3 && count != 4) {
            throw new ImageException(
                    "it is a JPEG of " + count + " components, which is not supported: 1, 3 and 4 are");
        }
        int most = 0;
        int mostDown = 0;
        for (int i = 0; i < count; i++) {
            int at = begin + 6 + 3 * i;
            int horizontal = (file[at + 1] & 0xFF) >> 4;
            int vertical = file[at + 1] & 0x0F;
            if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4 || (file[at + 2] & 0xFF) > 3) {
                throw damaged();
            }
            components.add(new JpegComponent(file[at] & 0xFF, horizontal, vertical, file[at + 2]));
            most = Math.max(most, horizontal);
            mostDown = Math.max(mostDown, vertical);
        }
        unitsPerRow = (width + 8 * most - 1) / (8 * most);
        unitRows = (height + 8 * mostDown - 1) / (8 * mostDown);
        for (JpegComponent component : components) {
            if (most % component.horizontal != 0 || mostDown % component.vertical != 0) {
                throw new ImageException("it is a JPEG with fractional sampling, which is not supported");
            }
            component.width = (width * component.horizontal + most - 1) / most;
            component.height = (height * component.vertical + mostDown - 1) / mostDown;
            component.blocksPerRow = unitsPerRow * component.horizontal;
            component.rows = unitRows * component.vertical;
        }
    }

    private void scan() {
        int begin = position + 2;
        int end = position + (position + 1 < file.length ? unsigned16(position) : 0);
        if (components.isEmpty() || end > file.length || end - begin < 4) {
            throw damaged();
        }
        int count = file[begin] & 0xFF;
        if (count < 1 || count > components.size() || end - begin != 4 + 2 * count) {
            throw damaged();
        }
        int parameters = begin + 1 + 2 * count;
        int first = progressive ? file[parameters] & 0xFF : 0;
        int last = progressive ? file[parameters + 1] & 0xFF : 63;
        int high = progressive ? (file[parameters + 2] & 0xFF) >> 4 : 0;
        int low = progressive ? file[parameters + 2] & 0x0F : 0;
        boolean sound = first == 0 ? !progressive || last == 0 : first <= last && last <= 63 && count == 1;
        if (!sound || low > 13 || (high != 0 && high != low + 1)) {
            throw damaged();
        }
        boolean needsFirst = first == 0 && high == 0;
        boolean needsOthers = !progressive || first > 0;
        List<JpegScan.Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            JpegComponent component = component(file[begin + 1 + 2 * i] & 0xFF);
            if (members.stream().anyMatch(member -> member.component() == component)) {
                throw damaged();
            }
            int tables = file[begin + 2 + 2 * i] & 0xFF;
            prepare(component);
            members.add(new JpegScan.Member(
                    component, table(firsts, tables >> 4, needsFirst), table(others, tables & 0x0F, needsOthers)));
        }
        EntropyBits bits = new EntropyBits(file, end);
        new JpegScan(bits, members, progressive, first, last, high, low).decode(unitsPerRow, unitRows, restart);
        position = bits.position();
    }

    private JpegComponent component(int id) {
        for (JpegComponent component : components) {
            if (component.id == id) {
                return component;
            }
        }
        throw damaged();
    }

    private static HuffmanTable table(@Nullable HuffmanTable[] tables, int number, boolean needed) {
        HuffmanTable table = number > 3 ? null : tables[number];
        if (table == null && needed) {
            throw damaged();
        }
        return table == null || !needed ? new HuffmanTable(new int[HuffmanTable.LONGEST], new byte[0]) : table;
    }

    /** Takes memory for a component that is scanned for the first time. */
    private void prepare(JpegComponent component) {
        if (component.quantisation != null) {
            if (!progressive) {
                throw damaged();
            }
            return;
        }
        int[] quantisation = quantisations[component.table];
        if (quantisation == null) {
            throw damaged();
        }
        component.quantisation = quantisation;
        int blocks = component.blocksPerRow * component.rows;
        component.samples = new byte[Math.multiplyExact(64, blocks)];
        if (progressive) {
            component.coefficients = new short[64 * blocks];
        }
    }

    /** Transforms what several scans have collected. */
    private static void finish(JpegComponent component) {
        short[] coefficients = component.coefficients;
        int[] quantisation = component.quantisation;
        if (coefficients == null || quantisation == null) {
            return;
        }
        int[] block = new int[64];
        for (int row = 0; row < component.rows; row++) {
            for (int column = 0; column < component.blocksPerRow; column++) {
                int at = (row * component.blocksPerRow + column) * 64;
                for (int k = 0; k < 64; k++) {
                    block[k] = coefficients[at + k] * quantisation[k];
                }
                InverseDct.transform(
                        block, component.samples, (row * component.stride() + column) * 8, component.stride());
            }
        }
        component.coefficients = null;
    }

    private Picture picture() {
        byte[][] planes = new byte[components.size()][];
        int most = components.stream().mapToInt(one -> one.horizontal).max().orElse(1);
        int mostDown = components.stream().mapToInt(one -> one.vertical).max().orElse(1);
        byte[] pixels = new byte[Math.multiplyExact(components.size() == 1 ? 1 : 3, width * height)];
        for (int i = 0; i < planes.length; i++) {
            JpegComponent component = components.get(i);
            planes[i] = Upsampling.plane(
                    component, most / component.horizontal, mostDown / component.vertical, width, height);
            component.samples = new byte[0];
        }
        switch (planes.length) {
            case 1 -> System.arraycopy(planes[0], 0, pixels, 0, pixels.length);
            case 3 -> JpegColors.three(planes, luma(), pixels);
            default -> JpegColors.four(planes, adobe > ADOBE_YCC, adobe >= 0, pixels);
        }
        return new Picture(planes.length == 1 ? 1 : 3, height, width, pixels);
    }

    /** Whether three components are a luma and two chromas, by the rules of libjpeg. */
    private boolean luma() {
        if (jfif) {
            return true;
        }
        if (adobe >= 0) {
            return adobe != ADOBE_UNKNOWN;
        }
        return components.get(0).id != 'R' || components.get(1).id != 'G' || components.get(2).id != 'B';
    }
}
