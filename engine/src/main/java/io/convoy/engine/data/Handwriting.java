package io.convoy.engine.data;

import java.util.List;
import java.util.stream.Stream;

/** The ways in which people write the ten digits. */
final class Handwriting {
    private static final List<List<Glyph>> DIGITS = List.of(
            // 0: an oval; one that overshoots; a narrow one drawn the other way round
            styles(
                    "50,5 28,18 20,50 28,82 50,95 72,82 80,50 72,18 50,5",
                    "62,8 38,8 21,35 24,72 46,94 70,84 80,52 70,18 48,3 36,12",
                    "45,6 66,20 71,50 64,82 48,95 33,80 28,50 34,18 52,4"),
            // 1: a line; with a flag; with a flag and a foot
            styles("50,4 50,96", "29,30 55,5! 54,95", "31,27 52,5! 52,95;29,95 77,95"),
            // 2: with a sharp foot; with a loop in the foot; with a round back
            styles(
                    "20,27 32,10 55,5 76,20 72,42 48,68 19,94! 82,94",
                    "21,24 40,5 68,11 75,36 52,70 29,92 17,85 30,75 56,89 86,91",
                    "22,16 50,5 77,22 66,50 22,93! 52,90 83,95"),
            // 3: round; with a flat top; with a loop in the middle
            styles(
                    "22,15 50,4 74,20 64,42 42,48! 70,55 80,75 55,95 19,85",
                    "20,6 78,6! 45,41! 71,48 80,72 58,94 19,86",
                    "24,13 52,5 72,22 60,43 42,50 39,45 50,44 72,56 77,78 52,95 20,84"),
            // 4: open; closed; open in one stroke with a short bar
            styles(
                    "27,6 21,34 19,56! 82,55;67,8 66,50 63,95",
                    "63,5! 15,65! 86,65;63,5 62,95",
                    "30,8 22,48! 50,53 70,46;72,5 64,50 58,96"),
            // 5: hat drawn last; in one stroke; round and slanted
            styles(
                    "28,7 25,44! 50,37 77,52 78,78 52,95 19,87;28,7 79,6",
                    "78,7! 31,7! 25,43! 55,39 79,60 70,87 45,95 19,86",
                    "34,6 26,42 32,48 58,41 77,62 62,90 36,95 20,86;34,8 60,10 79,4"),
            // 6: with a curved back; with a straight one; with a small bowl
            styles(
                    "70,7 42,22 23,58 29,87 54,95 77,80 72,57 48,51 26,68",
                    "60,4 36,42 22,70 34,94 64,93 76,70 58,53 34,60 23,74",
                    "56,5 33,28 26,64 36,92 58,93 68,76 56,63 38,68 30,80"),
            // 7: plain; with a bar; with a serif; curved
            styles(
                    "18,8 82,8! 58,48 42,95",
                    "18,8 82,8! 60,46 44,95;36,50 76,50",
                    "17,22 19,8! 82,8! 62,44 46,95",
                    "18,13 46,10 80,7! 52,46 46,95;34,52 70,48"),
            // 8: in one stroke; two circles; open at the top
            styles(
                    "70,18 49,5 27,20 38,42 63,56 77,76 50,95 23,76 37,56 63,42 73,21 58,6",
                    "50,5 30,15 30,36 50,46 70,36 70,15 50,5;50,46 25,58 24,84 50,95 76,84 75,58 50,46",
                    "76,10 52,8 28,24 46,46 70,64 64,92 36,93 26,70 48,48 78,12"),
            // 9: with a straight stem; with a hook; with a curved stem
            styles(
                    "74,27 60,7 36,8 22,28 35,48 58,46 74,25! 72,60 66,95",
                    "74,28 56,6 30,10 22,33 40,50 64,44 74,26 76,56 62,90 40,95 24,86",
                    "70,18 44,6 24,22 30,44 54,46 70,18 68,52 50,95"));

    private Handwriting() {}

    /** The ways of writing {@code digit}, each equally likely. */
    static List<Glyph> of(int digit) {
        return DIGITS.get(digit);
    }

    private static List<Glyph> styles(String... texts) {
        return Stream.of(texts).map(Glyph::parse).toList();
    }
}
