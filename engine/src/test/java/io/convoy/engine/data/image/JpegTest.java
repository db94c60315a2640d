package io.convoy.engine.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.rng.RandomStream;
import io.convoy.engine.rng.Seed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegTest {
    private static final int[] Y = {1, 1, 1};
    private static final int[] CB = {2, 1, 1};
    private static final int[] CR = {3, 1, 1};
    private static final int[] K = {4, 1, 1};

    @Test
    void samplesAreThoseOfLibjpegTurbo() {
        assertThat(sha256(decode(GoldenJpegs.sequential()))).isEqualTo(GoldenJpegs.COLOR_SHA256);
        assertThat(sha256(decode(GoldenJpegs.progressive()))).isEqualTo(GoldenJpegs.COLOR_SHA256);
        assertThat(sha256(decode(GoldenJpegs.gray()))).isEqualTo(GoldenJpegs.GRAY_SHA256);
        Picture gray = decode(GoldenJpegs.gray());
        assertThat(gray.channels()).isEqualTo(1);
        assertThat(gray.width()).isEqualTo(GoldenJpegs.WIDTH);
        assertThat(gray.height()).isEqualTo(GoldenJpegs.HEIGHT);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "1,2", "2,2", "4,1", "1,4", "4,2"})
    void everySamplingOfColourIsDecodedAsTheJdkDoes(int across, int down) throws IOException {
        for (int[] size : new int[][] {{1, 1}, {8, 8}, {17, 9}, {5, 40}, {33, 31}}) {
            for (int restart : new int[] {0, 1, 3}) {
                JpegFile file = new JpegFile(size[0], size[1], new int[] {1, across, down}, CB, CR);
                byte[] bytes = (restart > 0 ? file.restart(restart) : file)
                        .seed(size[0])
                        .write();
                var jdk = ImageIO.read(new ByteArrayInputStream(bytes));
                Picture picture = decode(bytes);
                assertThat(picture.width()).isEqualTo(size[0]);
                assertThat(picture.height()).isEqualTo(size[1]);
                // The JDK takes whichever libjpeg its builder linked; old ones repeat samples of one of the axes.
                boolean anyLibrary = !(across == 1 && down == 2);
                for (int i = 0; anyLibrary && i < size[0] * size[1]; i++) {
                    for (int c = 0; c < 3; c++) {
                        int expected = jdk.getRaster().getSample(i % size[0], i / size[0], c);
                        assertThat(picture.pixels()[c * size[0] * size[1] + i] & 0xFF)
                                .as("%d×%d, pixel %d, channel %d", size[0], size[1], i, c)
                                .isBetween(expected - 2, expected + 2);
                    }
                }
            }
        }
    }

    @Test
    void halvedRowsAreInterpolatedByThreeToOne() {
        // Flat blocks of 100 and 200 below each other, sampled half as often downwards.
        byte[] file = new JpegFile(8, 32, new int[] {1, 1, 2}, CB, CR)
                .write(new int[] {128}, new int[] {100, 200}, new int[] {128});
        Picture picture = decode(file);
        // Row 15 is nearest to the last 100, row 16 to the first 200; blue is 128 + 1.772 · (cb − 128).
        assertThat(picture.pixels()[2 * 256 + 14 * 8] & 0xFF).isEqualTo(78);
        assertThat(picture.pixels()[2 * 256 + 15 * 8] & 0xFF).isEqualTo(123);
        assertThat(picture.pixels()[2 * 256 + 16 * 8] & 0xFF).isEqualTo(211);
    }

    @Test
    void threeComponentsAreColoursAsTheirMarkersAndNamesSay() {
        int[][] levels = {{200}, {90}, {40}};
        byte[] asLuma = {(byte) (200 - 123), (byte) 255, (byte) (200 - 67)};
        byte[] asColours = {(byte) 200, 90, 40};
        assertThat(pixel(new JpegFile(1, 1, Y, CB, CR), levels)).isEqualTo(asLuma);
        assertThat(pixel(new JpegFile(1, 1, Y, CB, CR).adobe(1), levels)).isEqualTo(asLuma);
        assertThat(pixel(new JpegFile(1, 1, Y, CB, CR).adobe(0), levels)).isEqualTo(asColours);
        assertThat(pixel(new JpegFile(1, 1, id('R'), id('G'), id('B')), levels)).isEqualTo(asColours);
        assertThat(pixel(
                        new JpegFile(1, 1, id('R'), id('G'), id('B'))
                                .segment(0xE0, new byte[] {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0}),
                        levels))
                .isEqualTo(asLuma);
    }

    @Test
    void inkIsNeitherInvertedNorSwapped() {
        int[][] ink = {{255}, {55}, {0}, {51}};
        // Much cyan, some magenta, no yellow; a fifth of the light is taken by black.
        byte[] expected = {0, (byte) 160, (byte) 204};
        assertThat(pixel(new JpegFile(1, 1, Y, CB, CR, K), ink)).isEqualTo(expected);
        int[][] light = {{0}, {200}, {255}, {204}};
        assertThat(pixel(new JpegFile(1, 1, Y, CB, CR, K).adobe(0), light)).isEqualTo(expected);
        // As luma and chromas of what the light leaves of white, (77, 255, 133) from above.
        int[][] luma = {{200}, {90}, {40}, {204}};
        assertThat(pixel(new JpegFile(1, 1, Y, CB, CR, K).adobe(2), luma))
                .isEqualTo(new byte[] {(byte) 142, 0, (byte) 98});
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void picturesAreTurnedAsExifSays(boolean little) {
        // Two blocks beside each other, 10 and 240.
        int[] levels = {10, 240};
        for (int orientation = 0; orientation <= 9; orientation++) {
            Picture picture =
                    decode(new JpegFile(16, 8, Y).exif(orientation, little).write(levels));
            boolean upright = orientation < 5 || orientation > 8;
            assertThat(picture.width()).as("orientation %d", orientation).isEqualTo(upright ? 16 : 8);
            boolean darkFirst = !Arrays.asList(2, 3, 7, 8).contains(orientation);
            assertThat(picture.pixels()[0] & 0xFF)
                    .as("orientation %d", orientation)
                    .isEqualTo(darkFirst ? 10 : 240);
        }
    }

    @Test
    void exifThatMakesNoSenseIsPassedOver() {
        byte[] whole = {'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0x7F, -1, -1, -1, 0, 1, 1, 0x12, 0, 3};
        for (int length = 0; length <= whole.length; length++) {
            byte[] file = new JpegFile(16, 8, Y)
                    .segment(0xE1, Arrays.copyOf(whole, length))
                    .write(new int[] {10, 240});
            assertThat(decode(file).pixels()[0]).isEqualTo((byte) 10);
        }
    }

    @Test
    void aFileThatIsCutOffIsNeverHalfDecoded() {
        byte[][] files = {
            GoldenJpegs.sequential(),
            GoldenJpegs.progressive(),
            GoldenJpegs.gray(),
            new JpegFile(40, 40, Y).restart(2).write()
        };
        for (byte[] file : files) {
            for (int length = 3; length < file.length; length++) {
                byte[] cut = Arrays.copyOf(file, length);
                if (length >= file.length - 2 && file != files[1]) {
                    // All the picture is there; only its end marker is missing.
                    assertThat(decode(cut).pixels()).isEqualTo(decode(file).pixels());
                } else {
                    assertThatThrownBy(() -> decode(cut)).as("%d bytes", length).isInstanceOf(ImageException.class);
                }
            }
        }
        assertThatThrownBy(() -> decode(Arrays.copyOf(files[0], files[0].length - 20)))
                .hasMessage("its compressed data ends too early");
    }

    @Test
    void damagedBytesGiveAPictureOrAReasonAndNothingElse() {
        RandomStream random = new Seed(20261122).child("damage").stream();
        byte[][] files = {
            GoldenJpegs.sequential(),
            GoldenJpegs.progressive(),
            GoldenJpegs.gray(),
            new JpegFile(40, 40, Y).restart(2).write()
        };
        int refused = 0;
        for (int i = 0; i < 8000; i++) {
            byte[] file = files[i % files.length].clone();
            for (int n = 0; n <= i % 5; n++) {
                file[random.nextInt(file.length)] = (byte) random.nextInt(256);
            }
            try {
                Picture picture = Images.decode(file, 100_000);
                assertThat((long) picture.width() * picture.height()).isLessThanOrEqualTo(100_000);
            } catch (ImageException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(2000, 7000);
    }

    @Test
    void asManyPixelsAsTheLimitAndNoMore() {
        byte[] file = GoldenJpegs.sequential();
        assertThat(Images.decode(file, 21 * 19).width()).isEqualTo(21);
        assertThatThrownBy(() -> Images.decode(file, 21 * 19 - 1))
                .hasMessage("its 21×19 pixels are more than the limit of 398");
        byte[] bomb = new JpegFile(65_500, 65_500, Y).header();
        assertThatThrownBy(() -> decode(bomb))
                .hasMessage("its 65500×65500 pixels are more than the limit of 33,554,432");
    }

    @ParameterizedTest
    @CsvSource({
        "0xC3, 8, 'it is a lossless or hierarchical JPEG, which is not supported'",
        "0xC9, 8, 'it is a JPEG with arithmetic coding, which is not supported'",
        "0xC1, 12, 'it is a JPEG of 12 bits a sample, which is not supported: 8 are'"
    })
    void whatIsNotSupportedIsNamed(String sof, int precision, String reason) {
        byte[] file = new JpegFile(8, 8, Y).write(Integer.decode(sof), precision, new int[] {1});
        assertThatThrownBy(() -> decode(file))
                .isInstanceOf(ImageException.class)
                .hasMessage(reason);
    }

    @Test
    void theFirstOfSeveralPicturesCounts() {
        byte[] first = GoldenJpegs.sequential();
        byte[] both = Arrays.copyOf(first, first.length + 300);
        System.arraycopy(GoldenJpegs.gray(), 0, both, first.length, 300);
        assertThat(sha256(decode(both))).isEqualTo(GoldenJpegs.COLOR_SHA256);
    }

    private static int[] id(char name) {
        return new int[] {name, 1, 1};
    }

    private static byte[] pixel(JpegFile file, int[][] levels) {
        return decode(file.write(levels)).pixels();
    }

    private static Picture decode(byte[] file) {
        return Images.decode(file, Images.MAX_PIXELS);
    }

    private static String sha256(Picture picture) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(picture.pixels()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
