package io.convoy.engine.data.image;

/** The bits of a JPEG scan, most significant first, without the zero bytes stuffed behind 0xFF; it stops at a marker. */
final class EntropyBits {
    private final byte[] file;
    /** The next byte to take. */
    private int position;
    /** The lowest {@link #count} bits are the next ones. */
    private long buffer;

    private int count;
    /** How many of the buffered bits are zeros put behind the end of the data. */
    private int missing;

    EntropyBits(byte[] file, int position) {
        this.file = file;
        this.position = position;
    }

    /** Where the marker begins that ended the data, or where the file ends. */
    int position() {
        return position;
    }

    private void fill() {
        while (count <= 56) {
            int next = 0;
            if (position < file.length && (file[position] != -1 || stuffed())) {
                next = file[position] & 0xFF;
                position += next == 0xFF ? 2 : 1;
            } else {
                missing += 8;
            }
            buffer = (buffer << 8) | next;
            count += 8;
        }
    }

    private boolean stuffed() {
        return position + 1 < file.length && file[position + 1] == 0;
    }

    /** Whether more bits have been taken than there are. */
    boolean exhausted() {
        return count < missing;
    }

    /** The next symbol in the code of {@code table}. */
    int symbol(HuffmanTable table) {
        if (count < 32) {
            fill();
        }
        int entry = table.quick[(int) (buffer >>> (count - HuffmanTable.QUICK_BITS)) & HuffmanTable.QUICK_MASK];
        if (entry >= 0) {
            count -= entry >> 8;
            return entry & 0xFF;
        }
        int length = HuffmanTable.QUICK_BITS + 1;
        int code = (int) (buffer >>> (count - length)) & ((1 << length) - 1);
        while (code > table.last[length]) {
            length++;
            if (length > HuffmanTable.LONGEST) {
                throw new ImageException("its compressed data is damaged");
            }
            code = (int) (buffer >>> (count - length)) & ((1 << length) - 1);
        }
        count -= length;
        return table.symbols[code - table.offset[length]] & 0xFF;
    }

    /** The next {@code length} bits as a number, 0 … 16 of them. */
    int bits(int length) {
        if (count < length) {
            fill();
        }
        count -= length;
        return (int) (buffer >>> count) & ((1 << length) - 1);
    }

    /** A signed number of {@code length} bits (ITU-T T.81, F.2.2.1): those that begin with 0 are negative. */
    int signed(int length) {
        if (length == 0) {
            return 0;
        }
        int value = bits(length);
        return value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
    }

    /** Goes behind restart marker {@code number}, 0 … 7, which has to be next. */
    void restart(int number) {
        count = 0;
        missing = 0;
        // A marker may be filled up with 0xFF in front.
        while (position + 1 < file.length && file[position] == -1 && file[position + 1] == -1) {
            position++;
        }
        if (position + 1 >= file.length) {
            throw new ImageException("its compressed data ends too early");
        }
        if (file[position] != -1 || (file[position + 1] & 0xFF) != 0xD0 + number) {
            throw new ImageException("its compressed data is damaged");
        }
        position += 2;
    }
}
