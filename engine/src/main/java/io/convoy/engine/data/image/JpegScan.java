package io.convoy.engine.data.image;

import java.util.Arrays;
import java.util.List;

/**
 * One scan of a JPEG file: decodes the blocks of some components (ITU-T T.81, Annexes F and G).
 */
final class JpegScan {
    /** The place in a row-major block of each coefficient in the order of the file. */
    static final int[] NATURAL = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };

    /** A component with its codes in this scan; a code that the scan doesn't use has no symbols. */
    record Member(JpegComponent component, HuffmanTable first, HuffmanTable others) {}

    private final EntropyBits bits;
    private final List<Member> members;
    private final boolean progressive;
    private final int begin;
    private final int end;
    private final int high;
    private final int low;
    private final int[] block = new int[64];
    /** Blocks that are still to come without a coefficient of their own. */
    private int emptyBlocks;

    /**
     * @param begin the first coefficient, 0 … 63, in the file's order
     * @param end the last one
     * @param high how many low bits earlier scans left out, 0 for the first scan of the coefficients
     * @param low how many this one leaves out
     */
    JpegScan(EntropyBits bits, List<Member> members, boolean progressive, int begin, int end, int high, int low) {
        this.bits = bits;
        this.members = members;
        this.progressive = progressive;
        this.begin = begin;
        this.end = end;
        this.high = high;
        this.low = low;
    }

    /**
     * Decodes the scan.
     *
     * @param unitsPerRow units of interleaved data in a row of the image
     * @param unitRows rows of them
     * @param restart units between two restart markers; 0 if there are none
     */
    void decode(int unitsPerRow, int unitRows, int restart) {
        boolean alone = members.size() == 1;
        JpegComponent only = members.get(0).component();
        int perRow = alone ? only.ownBlocksPerRow() : unitsPerRow;
        int rows = alone ? only.ownRows() : unitRows;
        int restarts = 0;
        int untilRestart = restart;
        clear();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < perRow; column++) {
                if (restart > 0 && untilRestart == 0) {
                    bits.restart(restarts++ & 7);
                    untilRestart = restart;
                    clear();
                }
                untilRestart--;
                if (alone) {
                    block(members.get(0), row, column);
                } else {
                    unit(row, column);
                }
                if (bits.exhausted()) {
                    throw new ImageException("its compressed data ends too early");
                }
            }
        }
    }

    private void clear() {
        emptyBlocks = 0;
        for (Member member : members) {
            member.component().predicted = 0;
        }
    }

    private void unit(int row, int column) {
        for (int m = 0; m < members.size(); m++) {
            Member member = members.get(m);
            JpegComponent component = member.component();
            for (int y = 0; y < component.vertical; y++) {
                for (int x = 0; x < component.horizontal; x++) {
                    block(member, row * component.vertical + y, column * component.horizontal + x);
                }
            }
        }
    }

    private void block(Member member, int row, int column) {
        JpegComponent component = member.component();
        short[] coefficients = component.coefficients;
        if (coefficients == null) {
            sequential(member, component.samples, (row * component.stride() + column) * 8);
            return;
        }
        int at = (row * component.blocksPerRow + column) * 64;
        if (!progressive) {
            throw new IllegalStateException("JpegScan expects coefficients only where scans refine them.");
        }
        if (begin == 0) {
            if (high == 0) {
                component.predicted += bits.signed(size(bits.symbol(member.first()), 15));
                coefficients[at] = (short) (component.predicted << low);
            } else {
                coefficients[at] |= (short) (bits.bits(1) << low);
            }
        } else if (high == 0) {
            firstBits(member.others(), coefficients, at);
        } else {
            moreBits(member.others(), coefficients, at);
        }
    }

    private static int size(int symbol, int most) {
        if (symbol > most) {
            throw new ImageException("its compressed data is damaged");
        }
        return symbol;
    }

    private void sequential(Member member, byte[] into, int at) {
        JpegComponent component = member.component();
        int[] quantisation = component.quantisation;
        if (quantisation == null) {
            throw new IllegalStateException("JpegScan expects a quantisation table.");
        }
        component.predicted += bits.signed(size(bits.symbol(member.first()), 15));
        int first = component.predicted * quantisation[0];
        HuffmanTable others = member.others();
        int symbol = bits.symbol(others);
        if (symbol == 0) {
            InverseDct.flat(first, into, at, component.stride());
            return;
        }
        int[] x = block;
        Arrays.fill(x, 0);
        x[0] = first;
        int k = 1;
        while (true) {
            int run = symbol >> 4;
            int length = symbol & 15;
            if (length == 0) {
                if (run != 15) {
                    break;
                }
                k += 16;
            } else {
                k += run;
                if (k > 63) {
                    throw new ImageException("its compressed data is damaged");
                }
                int place = NATURAL[k];
                x[place] = bits.signed(length) * quantisation[place];
                k++;
            }
            if (k > 63) {
                break;
            }
            symbol = bits.symbol(others);
        }
        InverseDct.transform(x, into, at, component.stride());
    }

    /** The first scan of coefficients {@link #begin} … {@link #end} (G.1.2.2). */
    private void firstBits(HuffmanTable table, short[] coefficients, int at) {
        if (emptyBlocks > 0) {
            emptyBlocks--;
            return;
        }
        int k = begin;
        while (k <= end) {
            int symbol = bits.symbol(table);
            int run = symbol >> 4;
            int length = symbol & 15;
            if (length == 0) {
                if (run < 15) {
                    emptyBlocks = (1 << run) - 1 + bits.bits(run);
                    return;
                }
                k += 16;
            } else {
                k += run;
                if (k > end) {
                    throw new ImageException("its compressed data is damaged");
                }
                coefficients[at + NATURAL[k]] = (short) (bits.signed(length) << low);
                k++;
            }
        }
    }

    /** A later scan of them, by one bit (G.1.2.3). */
    private void moreBits(HuffmanTable table, short[] coefficients, int at) {
        int k = begin;
        if (emptyBlocks == 0) {
            while (k <= end) {
                int symbol = bits.symbol(table);
                int run = symbol >> 4;
                int added = 0;
                if ((symbol & 15) == 0) {
                    if (run < 15) {
                        emptyBlocks = (1 << run) + bits.bits(run);
                        break;
                    }
                } else {
                    size(symbol & 15, 1);
                    added = bits.bits(1) == 1 ? 1 << low : -1 << low;
                }
                while (k <= end) {
                    int place = at + NATURAL[k];
                    if (coefficients[place] != 0) {
                        refine(coefficients, place);
                    } else {
                        if (run == 0) {
                            coefficients[place] = (short) added;
                            k++;
                            break;
                        }
                        run--;
                    }
                    k++;
                }
            }
        }
        if (emptyBlocks > 0) {
            for (; k <= end; k++) {
                int place = at + NATURAL[k];
                if (coefficients[place] != 0) {
                    refine(coefficients, place);
                }
            }
            emptyBlocks--;
        }
    }

    private void refine(short[] coefficients, int place) {
        if (bits.bits(1) == 1 && (Math.abs(coefficients[place]) & 1 << low) == 0) {
            coefficients[place] += (short) (coefficients[place] > 0 ? 1 << low : -(1 << low));
        }
    }
}
