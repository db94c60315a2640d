package io.convoy.ps;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The walls of this room, and the order of the packages in it. */
class RoomTest {
    private static final List<String> ORDER =
            List.of("wire", "security", "transport", "shard", "server", "client", "coordinator");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.convoy.ps");

    @Test
    void ofTheEngineOnlySpansRulesAndTheExchangeAreUsed() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.crypto..",
                        "org.slf4j..",
                        "org.jspecify..",
                        "io.netty..",
                        "io.convoy.ps..",
                        "io.convoy.engine.tensor..",
                        "io.convoy.engine.rng..",
                        "io.convoy.engine.optim..",
                        "io.convoy.engine.schedule..",
                        "io.convoy.engine.exchange..",
                        "io.convoy.engine.checkpoint..")
                .check(CLASSES);
    }

    @Test
    void aPackageUsesOnlyPackagesBeforeIt() {
        for (int i = 0; i < ORDER.size(); i++) {
            String[] later = ORDER.subList(i + 1, ORDER.size()).stream()
                    .map(name -> "io.convoy.ps." + name)
                    .toArray(String[]::new);
            if (later.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage("io.convoy.ps." + ORDER.get(i))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(later)
                        .check(CLASSES);
            }
        }
        SlicesRuleDefinition.slices()
                .matching("io.convoy.ps.(*)")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void everyPackageHasItsPlaceInTheOrder() {
        classes()
                .should()
                .resideInAnyPackage(ORDER.stream()
                        .map(name -> "io.convoy.ps." + name)
                        .toList()
                        .toArray(String[]::new))
                .orShould()
                .haveSimpleName("package-info")
                .check(CLASSES);
    }

    @Test
    void socketsAreTheBusinessOfTransportAndSecurity() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.convoy.ps.transport", "io.convoy.ps.security", "io.convoy.ps.wire")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.convoy.ps.wire")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty.channel..", "io.netty.handler..", "io.netty.bootstrap..")
                .check(CLASSES);
    }

    @Test
    void nothingThatASocketSentIsDeserialisedByName() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("com.esotericsoftware..")
                .check(CLASSES);
    }
}
