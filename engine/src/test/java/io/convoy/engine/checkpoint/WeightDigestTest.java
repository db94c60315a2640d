package io.convoy.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WeightDigestTest {
    private static WeightDigest digest(String first, float[] a, String second, float[] b) {
        return new WeightDigest.Builder()
                .add(first, a, 0, a.length)
                .add(second, b, 0, b.length)
                .build();
    }

    @Test
    void aTensorsDigestIsTheSha256OfItsLittleEndianFloats() {
        // printf '\x00\x00\x80\x3f\x00\x00\x00\xc0' | sha256sum
        WeightDigest digest = new WeightDigest.Builder()
                .add("w", new float[] {9, 1, -2, 9}, 1, 2)
                .build();
        assertThat(digest.tensors())
                .containsEntry("w", "ee4ac73c2bd27756ab82780f27c73a7bc4d3f0bb6acb37e008bc27eccd7e588b");
        // printf 'w\0<the digest above>' | sha256sum
        assertThat(digest.total()).isEqualTo("76f331fd16e3e5ddc85e4fc136007b7e7c07af80617ab6a38641f13b2c6ca611");
    }

    @Test
    void oneBitChangesTheDigest() {
        float[] w = new float[10_000];
        WeightDigest before = digest("w", w, "b", new float[2]);
        w[9_999] = Float.MIN_VALUE;
        WeightDigest after = digest("w", w, "b", new float[2]);
        assertThat(after.total()).isNotEqualTo(before.total());
        assertThat(after.tensors().get("b")).isEqualTo(before.tensors().get("b"));
        w[9_999] = -0f;
        assertThat(digest("w", w, "b", new float[2]).total()).isNotEqualTo(before.total());
    }

    @Test
    void twoNaNsWithOtherBitsAreDifferent() {
        float[] one = {Float.intBitsToFloat(0x7FC00000)};
        float[] other = {Float.intBitsToFloat(0x7FC00001)};
        assertThat(digest("w", one, "b", one).total())
                .isNotEqualTo(digest("w", other, "b", one).total());
    }

    @Test
    void theFirstDifferenceIsNamed() {
        float[] a = {1};
        float[] b = {2};
        WeightDigest digest = digest("conv", a, "bias", b);
        assertThat(digest.firstDifference(digest("conv", a, "bias", b))).isEmpty();
        assertThat(digest.firstDifference(digest("conv", b, "bias", a))).contains("conv");
        assertThat(digest.firstDifference(digest("conv", a, "bias", a))).contains("bias");
        assertThat(digest.firstDifference(digest("conv", a, "other", b))).contains("bias");
        WeightDigest less = new WeightDigest.Builder().add("conv", a, 0, 1).build();
        assertThat(less.firstDifference(digest)).contains("bias");
    }

    @Test
    void theOrderOfAddingChangesOnlyTheOrder() {
        float[] a = {1};
        float[] b = {2};
        assertThat(digest("conv", a, "bias", b).total())
                .isEqualTo(digest("bias", b, "conv", a).total());
        assertThat(digest("conv", a, "bias", b).total())
                .isNotEqualTo(digest("conv", b, "bias", a).total());
        assertThat(digest("conv", a, "bias", b).tensors().keySet()).containsExactly("conv", "bias");
    }

    @Test
    void aTensorIsAddedOnce() {
        assertThatThrownBy(() -> digest("w", new float[1], "w", new float[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("WeightDigest expects each tensor once, but it got \"w\" twice.");
    }
}
