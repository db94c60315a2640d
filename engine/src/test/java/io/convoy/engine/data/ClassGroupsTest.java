package io.convoy.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convoy.engine.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassGroupsTest {
    private static final Dataset DATA = MemoryDataset.of(
            "letters",
            Shape.of(1, 1, 1),
            4,
            List.of(new byte[1], new byte[1], new byte[1], new byte[1]),
            List.of(0, 1, 2, 3));

    @Test
    void classesAreGroupedByTheFolderThatTheirsLieIn() {
        ClassGroups groups =
                ClassGroups.byFolder(new NamedClasses(DATA, List.of("old/Latin/b", "Greek/a", "old/Latin/a", "c")));
        assertThat(groups.names()).containsExactly("", "Greek", "old/Latin");
        assertThat(groups.classes()).containsExactly(List.of(3), List.of(1), List.of(0, 2));
        assertThat(groups.called(2)).isEqualTo("old/Latin");
    }

    @Test
    void classesWithoutNamesAreOneGroup() {
        assertThat(ClassGroups.byFolder(DATA)).isEqualTo(ClassGroups.single(DATA));
        assertThat(ClassGroups.single(DATA).classes()).containsExactly(List.of(0, 1, 2, 3));
        assertThat(ClassGroups.single(DATA).called(0)).isEqualTo("all classes");
    }

    @Test
    void eachGroupHasAName() {
        assertThatThrownBy(() -> new ClassGroups(List.of("a"), List.of()))
                .isInstanceOf(DataException.class)
                .hasMessage("ClassGroups expects a name for each group, but it got 1 names for 0 groups.");
    }
}
