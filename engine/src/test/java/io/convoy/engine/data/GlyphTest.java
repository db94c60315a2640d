package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.convoy.engine.data.Glyph.Stroke;
import org.junit.jupiter.api.Test;

class GlyphTest {
    @Test
    void aTextIsStrokesOfPointsAndCorners() {
        Glyph glyph = Glyph.parse("10,20 30,40! 50,60 70,80;0,5 100,5");
        assertThat(glyph.strokes()).hasSize(2);
        Stroke stroke = glyph.strokes().get(0);
        assertThat(stroke.points()).isEqualTo(4);
        assertThat(stroke.x(1)).isEqualTo(0.3);
        assertThat(stroke.y(1)).isEqualTo(0.4);
        assertThat(stroke.corner(0)).isTrue();
        assertThat(stroke.corner(1)).isTrue();
        assertThat(stroke.corner(2)).isFalse();
        assertThat(stroke.corner(3)).isTrue();
    }

    @Test
    void everyDigitIsWrittenInSeveralWaysWithinTheUnitSquare() {
        for (int digit = 0; digit < 10; digit++) {
            assertThat(Handwriting.of(digit)).as("styles of %d", digit).hasSizeGreaterThanOrEqualTo(3);
            for (Glyph glyph : Handwriting.of(digit)) {
                for (Stroke stroke : glyph.strokes()) {
                    assertThat(stroke.points()).isGreaterThanOrEqualTo(2);
                    for (int i = 0; i < stroke.points(); i++) {
                        assertThat(stroke.x(i)).as("x of %d", digit).isBetween(0.0, 1.0);
                        assertThat(stroke.y(i)).as("y of %d", digit).isBetween(0.0, 1.0);
                    }
                }
            }
        }
    }
}
