package io.convoy.engine.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngTest {
    private static final int WIDTH = 13;
    private static final int HEIGHT = 11;

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1",
        "0, 2, 1",
        "0, 4, 1",
        "0, 8, 1",
        "0, 16, 1",
        "2, 8, 3",
        "2, 16, 3",
        "3, 1, 1",
        "3, 2, 1",
        "3, 4, 1",
        "3, 8, 1",
        "4, 8, 2",
        "4, 16, 2",
        "6, 8, 4",
        "6, 16, 4"
    })
    void everyKindIsStretchedToBytesAndLaidOnWhite(int colors, int depth, int perPixel) {
        for (boolean interlaced : new boolean[] {false, true}) {
            for (int[] size : new int[][] {{WIDTH, HEIGHT}, {1, 1}, {3, 9}, {17, 2}}) {
                RandomStream random = new Seed(depth).child(colors).stream();
                int[] samples = new int[size[0] * size[1] * perPixel];
                for (int i = 0; i < samples.length; i++) {
                    samples[i] = random.nextInt(1 << depth);
                }
                byte[] palette = new byte[3 << depth & 0xFFF];
                byte[] alphas = new byte[depth <= 8 ? 1 << depth : 0];
                for (int i = 0; i < palette.length; i++) {
                    palette[i] = (byte) random.nextInt(256);
                }
                for (int i = 0; i < alphas.length; i++) {
                    alphas[i] = (byte) random.nextInt(256);
                }
                PngFile file = new PngFile(size[0], size[1], depth, colors, interlaced);
                if (colors == 3) {
                    file.chunk("PLTE", palette).chunk("tRNS", alphas);
                }
                Picture picture = decode(PngFile.of(file, size[0], size[1], depth, perPixel, interlaced, samples));
                int shown = colors == 3 ? 3 : perPixel >= 3 ? 3 : 1;
                assertThat(picture.channels()).isEqualTo(shown);
                double most = (1 << depth) - 1;
                for (int i = 0; i < size[0] * size[1]; i++) {
                    for (int c = 0; c < shown; c++) {
                        double value = colors == 3
                                ? palette[3 * samples[i] + c] & 0xFF
                                : samples[i * perPixel + c] / most * 255;
                        double alpha = colors == 3
                                ? (alphas[samples[i]] & 0xFF) / 255.0
                                : perPixel % 2 == 0 ? samples[(i + 1) * perPixel - 1] / most : 1;
                        double expected = value * alpha + 255 * (1 - alpha);
                        assertThat((picture.pixels()[c * size[0] * size[1] + i] & 0xFF) - expected)
                                .as("%d×%d, pixel %d, channel %d", size[0], size[1], i, c)
                                .isBetween(-1.3, 1.3);
                        if (alpha == 1 && depth <= 8) {
                            assertThat(picture.pixels()[c * size[0] * size[1] + i] & 0xFF)
                                    .isEqualTo((int) Math.round(expected));
                        }
                    }
                }
            }
        }
    }

    @Test
    void aColourThatMeansTransparentIsWhite() {
        byte[] rgb = PngFile.of(
                new PngFile(2, 1, 8, 2, false).chunk("tRNS", new byte[] {0, 1, 0, 2, 0, 3}),
                2,
                1,
                8,
                3,
                false,
                new int[] {1, 2, 3, 1, 2, 4});
        assertThat(decode(rgb).pixels()).isEqualTo(new byte[] {-1, 1, -1, 2, -1, 4});
        byte[] gray = PngFile.of(
                new PngFile(2, 1, 16, 0, false).chunk("tRNS", new byte[] {1, 1}), 2, 1, 16, 1, false, new int[] {
                    257, 514
                });
        assertThat(decode(gray).pixels()).isEqualTo(new byte[] {-1, 2});
    }

    @Test
    void coloursAreThoseThatTheJdkReads() throws IOException {
        int[] samples = new int[WIDTH * HEIGHT * 3];
        RandomStream random = new Seed(3).stream();
        Arrays.setAll(samples, i -> random.nextInt(256));
        byte[] file = PngFile.of(new PngFile(WIDTH, HEIGHT, 8, 2, true), WIDTH, HEIGHT, 8, 3, true, samples);
        var jdk = ImageIO.read(new ByteArrayInputStream(file));
        Picture picture = decode(file);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            for (int c = 0; c < 3; c++) {
                assertThat(picture.pixels()[c * WIDTH * HEIGHT + i] & 0xFF)
                        .isEqualTo(jdk.getRaster().getSample(i % WIDTH, i / WIDTH, c));
            }
        }
    }

    @Test
    void damagedTextsAndProfilesAreNobodysConcern() {
        for (String type : new String[] {"iTXt", "zTXt", "tEXt", "iCCP", "gAMA", "sPLT", "bKGD", "hIST", "tIME"}) {
            byte[] file = PngFile.of(
                    new PngFile(2, 1, 8, 3, false)
                            .chunk("PLTE", new byte[] {1, 2, 3, 4, 5, 6})
                            .chunk(type, new byte[1]),
                    2,
                    1,
                    8,
                    1,
                    false,
                    new int[] {1, 0});
            assertThat(decode(file).pixels()).as(type).isEqualTo(new byte[] {4, 1, 5, 2, 6, 3});
        }
    }

    @Test
    void exifTurnsThePicture() {
        byte[] exif = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0};
        byte[] file =
                PngFile.of(new PngFile(2, 1, 8, 0, false).chunk("eXIf", exif), 2, 1, 8, 1, false, new int[] {10, 20});
        assertThat(decode(file)).satisfies(picture -> {
            assertThat(picture.height()).isEqualTo(2);
            assertThat(picture.pixels()).isEqualTo(new byte[] {10, 20});
        });
    }

    @Test
    void aFileThatIsCutOffIsRefusedWhereverItIsCut() {
        byte[] file = gray();
        for (int length = 8; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> decode(cut)).isInstanceOf(ImageException.class);
        }
        assertThatThrownBy(() -> decode(Arrays.copyOf(file, 20))).hasMessage("it ends before its picture does");
    }

    @Test
    void everyChangedByteIsNoticed() {
        byte[] file = gray();
        int noticed = 0;
        for (int i = 8; i < file.length; i++) {
            byte[] damaged = file.clone();
            damaged[i] ^= 0x10;
            try {
                decode(damaged);
            } catch (ImageException e) {
                noticed++;
            }
        }
        assertThat(noticed).isEqualTo(file.length - 8);
    }

    @Test
    void reasonsSayWhatIsWrong() {
        assertThatThrownBy(() -> decode(new PngFile(60_000, 60_000, 8, 2, false).end()))
                .hasMessage("its 60000×60000 pixels are more than the limit of 33,554,432");
        assertThatThrownBy(() -> decode(new PngFile(0, 5, 8, 2, false).end())).hasMessage("its size is 0×5");
        assertThatThrownBy(() -> decode(new PngFile(1, 1, 8, 3, false)
                        .chunk("IDAT", new byte[1])
                        .end()))
                .hasMessage("it has no palette");
        assertThatThrownBy(() -> decode(new PngFile(1, 1, 8, 2, false).end())).hasMessage("it has no picture");
        assertThatThrownBy(() -> decode(PngFile.of(
                        new PngFile(1, 1, 8, 3, false).chunk("PLTE", new byte[6]), 1, 1, 8, 1, false, new int[] {2})))
                .hasMessage("it uses colour 2 of a palette of 2");
        assertThatThrownBy(() -> decode(new PngFile(1, 1, 8, 0, false)
                        .chunk("WHAT", new byte[0])
                        .end()))
                .hasMessage("it has a chunk WHAT, which is not supported");
        byte[] crc = gray();
        crc[30] ^= 1;
        assertThatThrownBy(() -> decode(crc)).hasMessage("the checksum of its IHDR chunk is wrong");
    }

    private static byte[] gray() {
        int[] samples = new int[WIDTH * HEIGHT];
        Arrays.setAll(samples, i -> i * 7 & 0xFF);
        return PngFile.of(new PngFile(WIDTH, HEIGHT, 8, 0, false), WIDTH, HEIGHT, 8, 1, false, samples);
    }

    private static Picture decode(byte[] file) {
        return Images.decode(file, Images.MAX_PIXELS);
    }
}
