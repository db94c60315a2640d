package io.convoy.engine.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.data.image.Fit.Kind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FitTest {
    private static final Fit CROP = new Fit(Kind.CROP, 1);
    private static final Fit SQUASH = new Fit(Kind.SQUASH, 1);

    @Test
    void aPictureOfTheRightSizeStaysAsItIs() {
        Picture picture = ramp(3, 5, 7);
        assertThat(CROP.apply(picture, 5, 7)).isSameAs(picture);
        assertThat(SQUASH.apply(picture, 5, 7)).isSameAs(picture);
    }

    @Test
    void reductionWeighsPixelsByATriangle() {
        // Four pixels to two: the centres are at 1 and 3, the triangle reaches 2 to both sides: (3 · a + 3 · b + c) /
        // 7.
        Picture four = new Picture(1, 1, 4, new byte[] {0, 70, (byte) 140, (byte) 210});
        assertThat(SQUASH.apply(four, 1, 2).pixels()).isEqualTo(new byte[] {50, (byte) 160});
    }

    @Test
    void enlargementIsLinearBetweenCentres() {
        // Two pixels to four: at 0.25, 0.75, 1.25 and 1.75, where the ends repeat.
        Picture two = new Picture(1, 2, 1, new byte[] {0, 100});
        assertThat(SQUASH.apply(two, 4, 1).pixels()).isEqualTo(new byte[] {0, 25, 75, 100});
    }

    @Test
    void aCropIsTheMiddleAndKeepsItsProportions() {
        byte[] pixels = new byte[4 * 12];
        for (int i = 0; i < pixels.length; i++) {
            int x = i % 12;
            pixels[i] = (byte) (x < 4 ? 1 : x < 8 ? 100 : 2);
        }
        Picture wide = new Picture(1, 4, 12, pixels);
        Picture square = CROP.apply(wide, 4, 4);
        assertThat(square.pixels()).containsOnly(100);
        assertThat(SQUASH.apply(wide, 4, 4).pixels()).contains(1).doesNotContain((byte) 0);
        // The middle half of that.
        assertThat(new Fit(Kind.CROP, 0.5).apply(wide, 8, 8).pixels()).containsOnly(100);
    }

    @Test
    void theMiddleIsWhereOthersCropIt() {
        Picture picture = ramp(1, 8, 8);
        byte[] middle = new byte[16];
        for (int i = 0; i < 16; i++) {
            middle[i] = picture.pixels()[(2 + i / 4) * 8 + 2 + i % 4];
        }
        assertThat(new Fit(Kind.CROP, 0.5).apply(picture, 4, 4).pixels()).isEqualTo(middle);
    }

    @Test
    void theThinnestPicturesFit() {
        for (int[] size : new int[][] {{1, 1}, {1, 4000}, {4000, 1}, {2, 3}, {1, 70_000}}) {
            Picture picture = new Picture(1, size[0], size[1], new byte[size[0] * size[1]]);
            Arrays.fill(picture.pixels(), (byte) 200);
            for (Fit fit : new Fit[] {CROP, SQUASH, new Fit(Kind.CROP, 0.875), new Fit(Kind.SQUASH, 0.001)}) {
                for (int[] target : new int[][] {{32, 32}, {1, 1}, {7, 50}}) {
                    Picture fitted = fit.apply(picture, target[0], target[1]);
                    assertThat(fitted.height()).isEqualTo(target[0]);
                    assertThat(fitted.width()).isEqualTo(target[1]);
                    assertThat(fitted.pixels()).containsOnly((byte) 200);
                }
            }
        }
    }

    @Test
    void channelsAreRepeatedOrBecomeLuma() {
        Picture gray = new Picture(1, 1, 2, new byte[] {5, 6});
        assertThat(gray.withChannels(3).pixels()).isEqualTo(new byte[] {5, 6, 5, 6, 5, 6});
        Picture colours = new Picture(3, 1, 1, new byte[] {100, (byte) 200, 50});
        assertThat(colours.withChannels(1).pixels()).isEqualTo(new byte[] {(byte) 153});
    }

    @Test
    void refusesToKeepNothing() {
        assertThatThrownBy(() -> new Fit(Kind.CROP, 0))
                .hasMessage("Fit expects to keep more than 0 and at most 1, but it got 0.0.");
    }

    private static Picture ramp(int channels, int height, int width) {
        byte[] pixels = new byte[channels * height * width];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 3);
        }
        return new Picture(channels, height, width, pixels);
    }
}
