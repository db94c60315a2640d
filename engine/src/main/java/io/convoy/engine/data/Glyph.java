package io.convoy.engine.data;

import java.util.List;
import java.util.stream.Stream;

/**
 * One way of writing one character: strokes in the unit square, x to the right and y down.
 *
 * <p>In text, strokes are parted by {@code ;} and points by blanks, a point is {@code x,y} in hundredths, and a {@code !}
 * behind it makes a corner; the pen goes smoothly through all other points.
 */
final class Glyph {
    private final List<Stroke> strokes;

    private Glyph(List<Stroke> strokes) {
        this.strokes = strokes;
    }

    static Glyph parse(String text) {
        return new Glyph(Stream.of(text.split(";", -1)).map(Stroke::parse).toList());
    }

    List<Stroke> strokes() {
        return strokes;
    }

    /** A movement of the pen without lifting it. */
    static final class Stroke {
        private final double[] x;
        private final double[] y;
        private final boolean[] corner;

        private Stroke(int points) {
            x = new double[points];
            y = new double[points];
            corner = new boolean[points];
        }

        static Stroke parse(String text) {
            String[] points = text.strip().split("\\s+", -1);
            Stroke stroke = new Stroke(points.length);
            for (int i = 0; i < points.length; i++) {
                boolean corner = points[i].endsWith("!");
                String point = corner ? points[i].substring(0, points[i].length() - 1) : points[i];
                int comma = point.indexOf(',');
                stroke.x[i] = Integer.parseInt(point.substring(0, comma)) / 100.0;
                stroke.y[i] = Integer.parseInt(point.substring(comma + 1)) / 100.0;
                stroke.corner[i] = corner || i == 0 || i == points.length - 1;
            }
            return stroke;
        }

        int points() {
            return x.length;
        }

        double x(int point) {
            return x[point];
        }

        double y(int point) {
            return y[point];
        }

        /** Whether the pen may change its direction here at once; true for both ends. */
        boolean corner(int point) {
            return corner[point];
        }
    }
}
