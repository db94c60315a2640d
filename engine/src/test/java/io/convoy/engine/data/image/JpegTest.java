package io.convoy.engine.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
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
    void everySamplingOfColourIsAsTheJdkReadsTheWholeFile(int across, int down) throws IOException {
        for (int[] size : new int[][] {{1, 1}, {8, 8}, {17, 9}, {5, 40}, {33, 31}}) {
            for (int restart : new int[] {0, 1, 3}) {
                JpegFile file = new JpegFile(size[0], size[1], new int[] {1, across, down}, CB, CR);
                byte[] bytes = (restart > 0 ? file.restart(restart) : file)
                        .seed(size[0])
                        .write();
                assertThat(decode(bytes).pixels()).isEqualTo(jdk(bytes));
            }
        }
    }

    @Test
    void colourProfilesAreNotApplied() throws IOException {
        byte[] plain = GoldenJpegs.sequential();
        byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        ByteBuffer segment = ByteBuffer.allocate(18 + profile.length)
                .putShort((short) 0xFFE2)
                .putShort((short) (16 + profile.length))
                .put("ICC_PROFILE\0".getBytes(StandardCharsets.ISO_8859_1))
                .put((byte) 1)
                .put((byte) 1)
                .put(profile);
        // Behind the JFIF segment.
        byte[] profiled = inserted(plain, 20, segment.array());
        assertThat(jdk(profiled)).isNotEqualTo(jdk(plain));
        assertThat(decode(profiled).pixels()).isEqualTo(decode(plain).pixels());
    }

    @Test
    void fillingBehindThePictureIsPassedOver() {
        byte[] plain = GoldenJpegs.sequential();
        byte[] filled = inserted(plain, plain.length - 2, new byte[70]);
        assertThat(decode(filled).pixels()).isEqualTo(decode(plain).pixels());
    }

    @Test
    void fillingThatMayHideWhatIsMissingIsNot() {
        byte[] whole = new JpegFile(40, 40, Y).restart(2).write();
        int last = whole.length - 3;
        while (whole[last] != -1 || (whole[last + 1] & 0xF8) != 0xD0) {
            last--;
        }
        byte[] cut = Arrays.copyOf(whole, last + 10);
        Arrays.fill(cut, last, cut.length - 2, (byte) 0);
        cut[cut.length - 2] = -1;
        cut[cut.length - 1] = (byte) 0xD9;
        assertThatThrownBy(() -> decode(cut))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("extraneous bytes before marker 0xd9");
    }

    @Test
    void aComponentThatNoScanTellsOfIsMissed() {
        byte[] gray = new JpegFile(8, 8, Y).write(new int[] {100});
        int frame = 0;
        while (gray[frame] != -1 || gray[frame + 1] != (byte) 0xC0) {
            frame++;
        }
        // Two more components behind the only one, and that they are three and the segment six bytes longer.
        byte[] file = inserted(gray, frame + 13, new byte[] {2, 0x11, 0, 3, 0x11, 0});
        file[frame + 3] = 17;
        file[frame + 9] = 3;
        assertThatThrownBy(() -> decode(file)).hasMessage("it ends before its picture does");
    }

    @Test
    void severalThreadsDecodeAtOnce() {
        byte[] expected = decode(GoldenJpegs.progressive()).pixels();
        assertThat(IntStream.range(0, 200)
                        .parallel()
                        .mapToObj(i -> decode(GoldenJpegs.progressive()).pixels()))
                .allSatisfy(pixels -> assertThat(pixels).isEqualTo(expected));
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

    private static byte[] jdk(byte[] file) throws IOException {
        Raster raster = ImageIO.read(new ByteArrayInputStream(file)).getRaster();
        int plane = raster.getWidth() * raster.getHeight();
        byte[] planes = new byte[3 * plane];
        for (int i = 0; i < planes.length; i++) {
            int at = i % plane;
            planes[i] = (byte) raster.getSample(at % raster.getWidth(), at / raster.getWidth(), i / plane);
        }
        return planes;
    }

    private static byte[] inserted(byte[] file, int at, byte[] what) {
        return ByteBuffer.allocate(file.length + what.length)
                .put(file, 0, at)
                .put(what)
                .put(file, at, file.length - at)
                .array();
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
