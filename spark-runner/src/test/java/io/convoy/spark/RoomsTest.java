package io.convoy.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The walls between this room's packages. */
final class RoomsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.convoy.spark");

    /** A package uses only those before it. */
    private static final List<String> ROOMS = List.of(
            "config", "data", "report", "scoring", "message", "ml", "batch", "kafka", "streaming", "job", "cli");

    @Test
    void aPackageUsesOnlyThoseBeforeIt() {
        Architectures.LayeredArchitecture layers = layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.convoy.spark..")
                .withOptionalLayers(true);
        for (String room : ROOMS) {
            layers = layers.layer(room).definedBy("io.convoy.spark." + room + "..");
        }
        for (int i = 0; i < ROOMS.size(); i++) {
            List<String> later = ROOMS.subList(i + 1, ROOMS.size());
            layers = later.isEmpty()
                    ? layers.whereLayer(ROOMS.get(i)).mayNotBeAccessedByAnyLayer()
                    : layers.whereLayer(ROOMS.get(i)).mayOnlyBeAccessedByLayers(later.toArray(String[]::new));
        }
        layers.check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.convoy.spark.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheCommandLineKnowsPicocliAndOnlyTheConfigurationKnowsYaml() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("..config..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.yaml..")
                .check(CLASSES);
    }

    @Test
    void noTypeOfScalaIsInAPublicSignature() {
        DescribedPredicate<JavaClass> scala = DescribedPredicate.describe(
                "a type of Scala", type -> type.getPackageName().startsWith("scala"));
        noMethods()
                .that()
                .arePublic()
                .should(new ArchCondition<JavaMethod>("mention Scala") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        boolean mentions = scala.test(method.getRawReturnType())
                                || method.getRawParameterTypes().stream().anyMatch(scala);
                        events.add(new SimpleConditionEvent(method, mentions, method.getDescription()));
                    }
                })
                .check(CLASSES);
    }
}
