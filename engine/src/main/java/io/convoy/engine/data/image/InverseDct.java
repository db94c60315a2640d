package io.convoy.engine.data.image;

/**
 * The inverse cosine transform of 8×8 blocks in fixed point (Loeffler, Ligtenberg and Moschytz, "Practical fast 1-D DCT
 * algorithms with 11 multiplications", ICASSP 1989), with 13 bits behind the point and 2 kept between the passes. It gives the
 * same bits as the accurate integer transform of libjpeg and libjpeg-turbo.
 */
final class InverseDct {
    private static final int POINT = 13;
    private static final int KEPT = 2;
    private static final int CENTRE = 128;

    // Sums and differences of √2·cos(k·π/16), in units of 2⁻¹³.
    private static final int C6 = 4433;
    private static final int C2_PLUS_C6 = 15137;
    private static final int C2_MINUS_C6 = 6270;
    private static final int C3 = 9633;
    private static final int F7 = 2446;
    private static final int F5 = 16819;
    private static final int F3 = 25172;
    private static final int F1 = 12299;
    private static final int F17 = 7373;
    private static final int F35 = 20995;
    private static final int F37 = 16069;
    private static final int F15 = 3196;

    private InverseDct() {}

    /** Overwrites 8×8 samples that lie {@code stride} apart with a block whose coefficients are all 0 but the first. */
    static void flat(int first, byte[] into, int at, int stride) {
        byte value = clamped(((first + 4) >> 3) + CENTRE);
        for (int row = 0; row < 8; row++) {
            int begin = at + row * stride;
            for (int i = begin; i < begin + 8; i++) {
                into[i] = value;
            }
        }
    }

    /** Overwrites 8×8 samples that lie {@code stride} apart; {@code x}, dequantised, row-major, is used up. */
    static void transform(int[] x, byte[] into, int at, int stride) {
        for (int i = 0; i < 8; i++) {
            if ((x[i + 8] | x[i + 16] | x[i + 24] | x[i + 32] | x[i + 40] | x[i + 48] | x[i + 56]) == 0) {
                int value = x[i] << KEPT;
                for (int row = i; row < 64; row += 8) {
                    x[row] = value;
                }
                continue;
            }
            column(x, i);
        }
        for (int row = 0; row < 8; row++) {
            row(x, 8 * row, into, at + row * stride);
        }
    }

    private static void column(int[] x, int i) {
        int shift = POINT - KEPT;
        int round = 1 << (shift - 1);
        int half = (x[i + 16] + x[i + 48]) * C6;
        int even2 = half - x[i + 48] * C2_PLUS_C6;
        int even3 = half + x[i + 16] * C2_MINUS_C6;
        int even0 = ((x[i] + x[i + 32]) << POINT) + round;
        int even1 = ((x[i] - x[i + 32]) << POINT) + round;
        int x1 = x[i + 8];
        int x3 = x[i + 24];
        int x5 = x[i + 40];
        int x7 = x[i + 56];
        int all = (x1 + x3 + x5 + x7) * C3;
        int s37 = all - (x3 + x7) * F37;
        int s15 = all - (x1 + x5) * F15;
        int s17 = (x1 + x7) * F17;
        int s35 = (x3 + x5) * F35;
        int odd0 = x7 * F7 - s17 + s37;
        int odd1 = x5 * F5 - s35 + s15;
        int odd2 = x3 * F3 - s35 + s37;
        int odd3 = x1 * F1 - s17 + s15;
        x[i] = (even0 + even3 + odd3) >> shift;
        x[i + 56] = (even0 + even3 - odd3) >> shift;
        x[i + 8] = (even1 + even2 + odd2) >> shift;
        x[i + 48] = (even1 + even2 - odd2) >> shift;
        x[i + 16] = (even1 - even2 + odd1) >> shift;
        x[i + 40] = (even1 - even2 - odd1) >> shift;
        x[i + 24] = (even0 - even3 + odd0) >> shift;
        x[i + 32] = (even0 - even3 - odd0) >> shift;
    }

    private static void row(int[] x, int i, byte[] into, int at) {
        int shift = POINT + KEPT + 3;
        // The levels are about 128; 2¹⁷ rounds.
        int round = (CENTRE << shift) + (1 << (shift - 1));
        int half = (x[i + 2] + x[i + 6]) * C6;
        int even2 = half - x[i + 6] * C2_PLUS_C6;
        int even3 = half + x[i + 2] * C2_MINUS_C6;
        int even0 = ((x[i] + x[i + 4]) << POINT) + round;
        int even1 = ((x[i] - x[i + 4]) << POINT) + round;
        int x1 = x[i + 1];
        int x3 = x[i + 3];
        int x5 = x[i + 5];
        int x7 = x[i + 7];
        int all = (x1 + x3 + x5 + x7) * C3;
        int s37 = all - (x3 + x7) * F37;
        int s15 = all - (x1 + x5) * F15;
        int s17 = (x1 + x7) * F17;
        int s35 = (x3 + x5) * F35;
        int odd0 = x7 * F7 - s17 + s37;
        int odd1 = x5 * F5 - s35 + s15;
        int odd2 = x3 * F3 - s35 + s37;
        int odd3 = x1 * F1 - s17 + s15;
        into[at] = clamped((even0 + even3 + odd3) >> shift);
        into[at + 7] = clamped((even0 + even3 - odd3) >> shift);
        into[at + 1] = clamped((even1 + even2 + odd2) >> shift);
        into[at + 6] = clamped((even1 + even2 - odd2) >> shift);
        into[at + 2] = clamped((even1 - even2 + odd1) >> shift);
        into[at + 5] = clamped((even1 - even2 - odd1) >> shift);
        into[at + 3] = clamped((even0 - even3 + odd0) >> shift);
        into[at + 4] = clamped((even0 - even3 - odd0) >> shift);
    }

    /** 0 below 0, 255 above 255. */
    private static byte clamped(int value) {
        return (byte) ((value & ~0xFF) == 0 ? value : ~value >> 31);
    }
}
