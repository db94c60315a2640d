package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
    private static final Shape TWO_CHANNELS = Shape.of(2, 1, 2);

    @Test
    void measuresEachChannelByItself() {
        MemoryDataset dataset = MemoryDataset.of(
                "pairs",
                TWO_CHANNELS,
                1,
                List.of(new byte[] {0, 51, 10, 10}, new byte[] {102, (byte) 153, 10, 14}),
                List.of(0, 0));
        Preprocessing measured = Preprocessing.measure(dataset);
        // Channel 0: 0, 0.2, 0.4, 0.6; channel 1: 10, 10, 10, 14 of 255, whose variance is 3.
        assertThat(measured.mean()).containsExactly(0.3f, (float) (11 / 255.0));
        assertThat(measured.standardDeviation()).containsExactly((float) Math.sqrt(0.05), (float) (Math.sqrt(3) / 255));
    }

    @Test
    void aConstantChannelCannotBeNormalised() {
        MemoryDataset dataset = MemoryDataset.of(
                "blank", TWO_CHANNELS, 1, List.of(new byte[] {1, 2, (byte) 200, (byte) 200}), List.of(0));
        assertThatThrownBy(() -> Preprocessing.measure(dataset))
                .isInstanceOf(DataException.class)
                .hasMessage("blank expects pixels that vary, but all of channel 1 are 200."
                        + " Maybe the images are blank, or mean and standard deviation have to be given.");
    }

    @Test
    void normalisesOneSampleWhereItLies() {
        float[] values = {9, 9, 9, 9, 9, 9};
        Preprocessing.scale(new byte[] {0, (byte) 255, 51, 102, 77}, 4, values, 1);
        assertThat(values).containsExactly(9, 0, 1, 0.2f, 0.4f, 9);
        new Preprocessing(List.of(0.5f, 0f), List.of(0.25f, 2f)).normalise(values, 1, TWO_CHANNELS);
        assertThat(values).containsExactly(9, -2, 2, 0.1f, 0.2f, 9);
    }

    @Test
    void unitOnlyScales() {
        float[] values = {0, 0.25f, 0.5f, 1};
        Preprocessing.unit(2).normalise(values, 0, TWO_CHANNELS);
        assertThat(values).containsExactly(0, 0.25f, 0.5f, 1);
    }

    @Test
    void survivesJson() throws Exception {
        ObjectMapper json = new ObjectMapper();
        Preprocessing before = new Preprocessing(List.of(0.1307f, 0.1f), List.of(0.3081f, 1e-7f));
        String text = json.writeValueAsString(before);
        assertThat(text).isEqualTo("{\"mean\":[0.1307,0.1],\"standardDeviation\":[0.3081,1.0E-7]}");
        assertThat(json.readValue(text, Preprocessing.class)).isEqualTo(before);
    }

    @Test
    void refusesWhatCannotBeDividedBy() {
        assertThatThrownBy(() -> new Preprocessing(List.of(0f), List.of()))
                .isInstanceOf(DataException.class)
                .hasMessage("Preprocessing expects a mean and a standard deviation for each channel,"
                        + " but it got 1 means and 0 standard deviations.");
        assertThatThrownBy(() -> new Preprocessing(List.of(), List.of()))
                .hasMessage("Preprocessing expects a mean and a standard deviation for each channel,"
                        + " but it got 0 means and 0 standard deviations.");
        assertThatThrownBy(() -> new Preprocessing(List.of(0f, Float.NaN), List.of(1f, 1f)))
                .hasMessage("Preprocessing expects finite means, but that of channel 1 is NaN.");
        for (float deviation : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Preprocessing(List.of(0f), List.of(deviation)))
                    .hasMessage("Preprocessing expects standard deviations greater than 0, but that of channel 0 is "
                            + deviation + ".");
        }
    }
}
