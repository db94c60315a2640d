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
import org.junit.jupiter.api.Test;

/** The walls between this room's packages. */
final class RoomsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.convoy.spark");

    @Test
    void aPackageUsesOnlyThoseBelowIt() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.convoy.spark..")
                .layer("cli")
                .definedBy("io.convoy.spark.cli..")
                .layer("job")
                .definedBy("io.convoy.spark.job..")
                .layer("report")
                .definedBy("io.convoy.spark.report..")
                .layer("ml")
                .definedBy("io.convoy.spark.ml..")
                .layer("scoring")
                .definedBy("io.convoy.spark.scoring..")
                .layer("data")
                .definedBy("io.convoy.spark.data..")
                .layer("config")
                .definedBy("io.convoy.spark.config..")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("job")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("cli", "job")
                .whereLayer("ml")
                .mayOnlyBeAccessedByLayers("cli", "job")
                .whereLayer("scoring")
                .mayOnlyBeAccessedByLayers("cli", "job", "ml")
                .whereLayer("data")
                .mayOnlyBeAccessedByLayers("cli", "job", "report", "ml", "scoring")
                .whereLayer("config")
                .mayOnlyBeAccessedByLayers("cli", "job", "report", "ml", "scoring", "data")
                .check(CLASSES);
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
