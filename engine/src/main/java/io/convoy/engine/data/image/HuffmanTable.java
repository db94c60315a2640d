package io.convoy.engine.data.image;

import java.util.Arrays;

/** A prefix code of a JPEG file (ITU-T T.81, Annex C): codes of up to 16 bits, the short ones found in one step. */
final class HuffmanTable {
    static final int LONGEST = 16;
    static final int QUICK_BITS = 9;
    static final int QUICK_MASK = (1 << QUICK_BITS) - 1;

    /** For each beginning of {@link #QUICK_BITS} bits: 256 · length + symbol, or −1 where the code is longer. */
    final int[] quick = new int[1 << QUICK_BITS];

    /** For each length: the largest code, −1 if there is none. */
    final int[] last = new int[LONGEST + 1];
    /** For each length: code − offset is the symbol's place. */
    final int[] offset = new int[LONGEST + 1];

    final byte[] symbols;

    /**
     * @param lengths how many codes have 1 … 16 bits
     * @param symbols in the order of their codes
     */
    HuffmanTable(int[] lengths, byte[] symbols) {
        this.symbols = symbols;
        Arrays.fill(quick, -1);
        int code = 0;
        int place = 0;
        for (int length = 1; length <= LONGEST; length++) {
            offset[length] = code - place;
            int codes = lengths[length - 1];
            if (code + codes > 1 << length) {
                throw new ImageException("its code tables are damaged");
            }
            for (int i = 0; i < codes && length <= QUICK_BITS; i++) {
                int entry = (length << 8) | (symbols[place + i] & 0xFF);
                int begin = (code + i) << (QUICK_BITS - length);
                Arrays.fill(quick, begin, begin + (1 << (QUICK_BITS - length)), entry);
            }
            code += codes;
            place += codes;
            last[length] = codes == 0 ? -1 : code - 1;
            code <<= 1;
        }
    }
}
