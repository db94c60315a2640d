package io.convoy.engine.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.Property;
import io.convoy.engine.rng.RandomStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Whatever becomes of a file's bytes, there is a picture or a reason, and nothing else. */
class DamagedFilesTest {
    private static final byte[][] FILES = {
        GoldenJpegs.sequential(),
        GoldenJpegs.progressive(),
        GoldenJpegs.gray(),
        new JpegFile(40, 40, new int[] {1, 1, 1}).restart(2).write(),
        new JpegFile(9, 9, new int[] {1, 1, 1}, new int[] {2, 1, 1}, new int[] {3, 1, 1}, new int[] {4, 1, 1})
                .adobe(2)
                .write(),
        png(0, 1, 1, true),
        png(0, 16, 1, false),
        png(2, 8, 3, false),
        png(3, 4, 1, true),
        png(6, 16, 4, true)
    };

    @Test
    void changedBytesGiveAPictureOrAReason() {
        RandomStream random = Property.seed(DamagedFilesTest.class).stream();
        int pictures = 0;
        int reasons = 0;
        for (int i = 0; i < 8000; i++) {
            byte[] file = damaged(FILES[i % FILES.length], random);
            try {
                Picture picture = Images.decode(file, 100_000);
                assertThat((long) picture.width() * picture.height()).isLessThanOrEqualTo(100_000);
                pictures++;
            } catch (ImageException e) {
                assertThat(e).hasMessageNotContaining("null");
                assertThat(e.getMessage()).matches("(its? |the checksum of its ).*");
                reasons++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("File " + i + ": " + e, e);
            }
        }
        assertThat(pictures).isGreaterThan(200);
        assertThat(reasons).isGreaterThan(2000);
    }

    /** With some bytes changed, one stretch repeated or left out, or the end missing; checksums fit again most of the time. */
    private static byte[] damaged(byte[] whole, RandomStream random) {
        byte[] file = whole.clone();
        int kind = random.nextInt(8);
        if (kind == 0) {
            file = Arrays.copyOf(file, random.nextInt(file.length));
        } else if (kind == 1) {
            int from = random.nextInt(file.length);
            int to = random.nextInt(file.length);
            System.arraycopy(file, from, file, to, Math.min(random.nextInt(200), file.length - Math.max(from, to)));
        } else {
            for (int n = random.nextInt(5); n >= 0; n--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt(256);
            }
        }
        if (random.nextInt(8) > 0) {
            PngFile.repair(file);
        }
        return file;
    }

    private static byte[] png(int colors, int depth, int perPixel, boolean interlaced) {
        int[] samples = new int[13 * 11 * perPixel];
        Arrays.setAll(samples, i -> i * 7919 & ((1 << depth) - 1));
        PngFile file = new PngFile(13, 11, depth, colors, interlaced);
        if (colors == 3) {
            file.chunk("PLTE", new byte[3 << depth]);
        }
        return PngFile.of(file, 13, 11, depth, perPixel, interlaced, samples);
    }
}
