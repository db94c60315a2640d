package io.convoy.engine;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The walls of the engine. A room may use only what stands before it in {@link #ROOMS}. */
class RoomsTest {
    private static final String ENGINE = "io.convoy.engine.";

    /** {@code exchange} stands before {@code network}, which lays its parameters out for it, and uses only rules. */
    private static final List<String> ROOMS = List.of(
            "tensor",
            "rng",
            "optim",
            "schedule",
            "exchange",
            "layer",
            "loss",
            "metric",
            "network",
            "block",
            "form",
            "kernel",
            "program",
            "data",
            "checkpoint",
            "train",
            "serve",
            "zoo",
            "analysis",
            "onnx");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.convoy.engine");

    private static String[] packages(List<String> rooms) {
        return rooms.stream().map(room -> ENGINE + room + "..").toArray(String[]::new);
    }

    private static void holds(ArchRule rule) {
        // A room may still be empty.
        rule.allowEmptyShould(true).check(CLASSES);
    }

    static Stream<String> rooms() {
        return ROOMS.stream();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aRoomUsesOnlyRoomsBeforeIt(String room) {
        List<String> later = new ArrayList<>(ROOMS.subList(ROOMS.indexOf(room) + 1, ROOMS.size()));
        if (later.isEmpty()) {
            return;
        }
        holds(noClasses()
                .that()
                .resideInAPackage(ENGINE + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(later)));
    }

    @Test
    void everyClassLivesInARoom() {
        holds(classes().should().resideInAnyPackage(packages(ROOMS)));
    }

    @Test
    void packagesHaveNoCycles() {
        holds(slices().matching("io.convoy.engine.(**)").should().beFreeOfCycles());
    }

    @Test
    void theEngineKnowsNoClusterAndNoSocket() {
        holds(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.spark..",
                        "org.apache.hadoop..",
                        "org.apache.kafka..",
                        "io.netty..",
                        "scala..",
                        "java.net..",
                        "io.convoy.ps..",
                        "io.convoy.spark.."));
    }

    @Test
    void onlyKernelsAndMemoryTouchNativeCode() {
        holds(noClasses()
                .that(not(resideInAnyPackage(packages(List.of("tensor", "kernel", "program")))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco.."));
    }

    @Test
    void allRandomnessComesFromSeeds() {
        holds(noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.SplittableRandom")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.security.SecureRandom")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.util.random..")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(StrictMath.class, "random")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Collections.class, "shuffle", List.class));
    }

    @Test
    void noPublicFieldCanBeChanged() {
        holds(fields().that().arePublic().should().beFinal());
        holds(fields().that().arePublic().should().haveRawType(not(anArray())));
    }

    private static DescribedPredicate<JavaClass> anArray() {
        return DescribedPredicate.describe("an array", JavaClass::isArray);
    }

    @Test
    void thereAreClassesToJudge() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName)).contains(ENGINE + "tensor", ENGINE + "exchange");
        assertThat(CLASSES.stream().map(JavaClass::getSimpleName)).doesNotContain("RoomsTest");
    }
}
