package io.convoy.engine.data;

import io.convoy.engine.rng.RandomStream;

/**
 * A random smooth map from the unit square of a {@link Glyph} to pixels: an elastic part, then an affine one.
 *
 * <p>The elastic part moves a point by a uniform cubic B-spline over a grid of random displacements (Rueckert and others,
 * "Nonrigid registration using free-form deformations", 1999). The affine part scales each axis, shears, rotates about the
 * centre and shifts. The largest values are such that no digit becomes another one. Not for use by two threads.
 */
final class Distortion {
    private static final int SPANS = 3;
    private static final int GRID = SPANS + 3;
    /** The largest displacement of a grid point, in sides of the unit square. */
    private static final double ELASTIC = 0.14;
    /** The largest turn to either side, in radians. */
    private static final double ROTATION = 0.3;

    private static final double SHEAR = 0.3;
    /** The height of the unit square, and how far its centre lies from that of the image, in pixels. */
    private static final double SMALLEST = 14;

    private static final double LARGEST = 22;
    private static final double SHIFT = 2.5;
    /** The width of the unit square for a height of 1. */
    private static final double NARROWEST = 0.7;

    private static final double WIDEST = 1.1;

    private final double[] gridX = new double[GRID * GRID];
    private final double[] gridY = new double[GRID * GRID];
    private final double xx;
    private final double xy;
    private final double yx;
    private final double yy;
    private final double centreX;
    private final double centreY;
    private double x;
    private double y;

    /** Draws a map onto a square of {@code side} pixels. */
    Distortion(RandomStream random, int side) {
        for (int i = 0; i < gridX.length; i++) {
            gridX[i] = random.nextDouble(-ELASTIC, ELASTIC);
            gridY[i] = random.nextDouble(-ELASTIC, ELASTIC);
        }
        double height = random.nextDouble(SMALLEST, LARGEST);
        double width = height * random.nextDouble(NARROWEST, WIDEST);
        double shear = random.nextDouble(-SHEAR, SHEAR);
        double angle = random.nextDouble(-ROTATION, ROTATION);
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        xx = cos * width;
        xy = (cos * shear - sin) * height;
        yx = sin * width;
        yy = (sin * shear + cos) * height;
        centreX = side / 2.0 + random.nextDouble(-SHIFT, SHIFT);
        centreY = side / 2.0 + random.nextDouble(-SHIFT, SHIFT);
    }

    /** Maps a point; {@link #x()} and {@link #y()} then say where to. */
    void map(double u, double v) {
        double gu = Math.min(Math.max(u, 0), 1) * SPANS;
        double gv = Math.min(Math.max(v, 0), 1) * SPANS;
        int column = Math.min((int) gu, SPANS - 1);
        int row = Math.min((int) gv, SPANS - 1);
        double du = 0;
        double dv = 0;
        for (int j = 0; j < 4; j++) {
            double wj = weight(j, gv - row);
            for (int i = 0; i < 4; i++) {
                double w = wj * weight(i, gu - column);
                int at = (row + j) * GRID + column + i;
                du += w * gridX[at];
                dv += w * gridY[at];
            }
        }
        double fromCentreX = u + du - 0.5;
        double fromCentreY = v + dv - 0.5;
        x = centreX + xx * fromCentreX + xy * fromCentreY;
        y = centreY + yx * fromCentreX + yy * fromCentreY;
    }

    double x() {
        return x;
    }

    double y() {
        return y;
    }

    /** The four pieces of the uniform cubic B-spline, {@code t} of the way through a span. */
    private static double weight(int basis, double t) {
        return switch (basis) {
            case 0 -> (1 - t) * (1 - t) * (1 - t) / 6;
            case 1 -> (3 * t * t * t - 6 * t * t + 4) / 6;
            case 2 -> (-3 * t * t * t + 3 * t * t + 3 * t + 1) / 6;
            default -> t * t * t / 6;
        };
    }
}
