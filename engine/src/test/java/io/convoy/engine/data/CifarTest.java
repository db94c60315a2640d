package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CifarTest {
    @Test
    void recordsOfCifar10AreALabelAndThreePlanes() throws IOException {
        byte[] two = new byte[2 * 3073];
        two[0] = 9;
        two[1] = 1;
        two[1 + 1024] = 2;
        two[3073] = 3;
        two[2 * 3073 - 1] = 7;
        MemoryDataset data = Cifar.read("cifar", Cifar.Labels.TEN, List.of(source(two), source(two)));
        assertThat(data.size()).isEqualTo(4);
        assertThat(data.classes()).isEqualTo(10);
        assertThat(data.sampleShape()).isEqualTo(Shape.of(3, 32, 32));
        assertThat(data.label(2)).isEqualTo(9);
        assertThat(data.label(3)).isEqualTo(3);
        byte[] pixels = new byte[3072];
        data.read(0, pixels);
        assertThat(new byte[] {pixels[0], pixels[1024]}).isEqualTo(new byte[] {1, 2});
        data.read(1, pixels);
        assertThat(pixels[3071]).isEqualTo((byte) 7);
    }

    @Test
    void recordsOfCifar100HaveACoarseAndAFineLabel() throws IOException {
        byte[] one = new byte[3074];
        one[0] = 19;
        one[1] = 99;
        one[2] = 5;
        MemoryDataset fine = Cifar.read("cifar", Cifar.Labels.FINE, List.of(source(one)));
        assertThat(fine.label(0)).isEqualTo(99);
        assertThat(fine.classes()).isEqualTo(100);
        MemoryDataset coarse = Cifar.read("cifar", Cifar.Labels.COARSE, List.of(source(one)));
        assertThat(coarse.label(0)).isEqualTo(19);
        assertThat(coarse.classes()).isEqualTo(20);
        byte[] pixels = new byte[3072];
        coarse.read(0, pixels);
        assertThat(pixels[0]).isEqualTo((byte) 5);
    }

    @Test
    void filesThatAreCutOffOrOfTheOtherKindAreRefused() {
        assertThatThrownBy(() ->
                        Cifar.read("cifar", Cifar.Labels.TEN, List.of(source(Arrays.copyOf(new byte[3073], 4000)))))
                .isInstanceOf(DataException.class)
                .hasMessage("batch.bin expects records of 3073 bytes, but record 1 has 927."
                        + " Maybe a copy or a download was cut off, or it is the other CIFAR.");
        byte[] label = new byte[3073];
        label[0] = 10;
        assertThatThrownBy(() -> Cifar.read("cifar", Cifar.Labels.TEN, List.of(source(label))))
                .hasMessage(
                        "batch.bin expects labels of 0 … 9, but that of record 0 is 10. Maybe it is the other CIFAR.");
    }

    private static Idx.Source source(byte[] bytes) {
        return new Idx.Source("batch.bin", new ByteArrayInputStream(bytes));
    }
}
