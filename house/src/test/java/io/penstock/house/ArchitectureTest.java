package io.penstock.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Dependencies point one way, between the modules and between the engine's stages.
 *
 * <p>To add a rule, add a line to {@link #MODULES} or {@link #STAGES}.
 */
class ArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter().importPaths(Modules.classes(Modules.root()));

  /** Module → what of Penstock it may use besides itself. Each is a root package. */
  private static final Map<String, String[]> MODULES = new LinkedHashMap<>();

  /** Stage of the engine → the stages of the engine it may use besides itself. */
  private static final Map<String, String[]> STAGES = new LinkedHashMap<>();

  static {
    MODULES.put("core", new String[] {});
    MODULES.put("rules", new String[] {});
    MODULES.put("linux", new String[] {"core"});
    MODULES.put("file", new String[] {"core"});
    MODULES.put("ext4", new String[] {"core"});
    MODULES.put("jmx", new String[] {"core"});
    MODULES.put("micrometer", new String[] {"core"});
    MODULES.put("testkit", new String[] {"core"});
    MODULES.put("contract", new String[] {"core", "testkit", "rules"});
    MODULES.put("races", new String[] {"testkit"});
    MODULES.put("site", new String[] {});
    MODULES.put("cli", new String[] {"core", "ext4", "file", "linux", "testkit"});
    MODULES.put("bench", new String[] {"cli", "core", "ext4", "file", "linux", "testkit"});
    MODULES.put("examples", new String[] {"core", "file"});
    MODULES.put("failures", new String[] {"core", "file", "linux", "testkit"});

    // a bio names its device and a device takes bios; all else points one way
    STAGES.put("error", new String[] {});
    STAGES.put("event", new String[] {});
    STAGES.put("memory", new String[] {"error"});
    STAGES.put("completion", new String[] {"error"});
    STAGES.put("bio", new String[] {"device", "memory"});
    STAGES.put("device", new String[] {"bio", "completion", "error", "memory"});
    STAGES.put("metric", new String[] {"bio", "device"});
    STAGES.put("map", new String[] {"device"});
    STAGES.put(
        "file",
        new String[] {"bio", "completion", "device", "error", "event", "map", "memory", "metric"});
    STAGES.put("request", new String[] {"bio", "file"});
    STAGES.put(
        "admission", new String[] {"bio", "device", "error", "file", "map", "memory", "request"});
  }

  @TestFactory
  Stream<DynamicTest> modulesDependOneWay() {
    return MODULES.entrySet().stream()
        .map(
            entry -> {
              String own = "io.penstock." + entry.getKey() + "..";
              ArchRule rule =
                  noClasses()
                      .that()
                      .resideInAPackage(own)
                      .should()
                      .dependOnClassesThat(
                          resideInAPackage("io.penstock..")
                              .and(
                                  not(
                                      resideInAnyPackage(
                                          with(own, "io.penstock.", entry.getValue())))))
                      .allowEmptyShould(true);
              return DynamicTest.dynamicTest(entry.getKey(), () -> rule.check(ALL));
            });
  }

  @TestFactory
  Stream<DynamicTest> stagesOfTheEngineDependOneWay() {
    return STAGES.entrySet().stream()
        .map(
            entry -> {
              String own = "io.penstock.core." + entry.getKey() + "..";
              ArchRule rule =
                  noClasses()
                      .that()
                      .resideInAPackage(own)
                      .should()
                      .dependOnClassesThat(
                          resideInAPackage("io.penstock.core.(*)..")
                              .and(
                                  not(
                                      resideInAnyPackage(
                                          with(own, "io.penstock.core.", entry.getValue())))))
                      .allowEmptyShould(true);
              return DynamicTest.dynamicTest(entry.getKey(), () -> rule.check(ALL));
            });
  }

  /** Only the stages themselves and the front door know the walk: it is an inside of the engine. */
  @TestFactory
  Stream<DynamicTest> insidesAreKnownOnlyInside() {
    return Stream.of("walk")
        .map(
            stage ->
                DynamicTest.dynamicTest(
                    stage,
                    () ->
                        noClasses()
                            .that()
                            .resideOutsideOfPackage("io.penstock.core..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("io.penstock.core." + stage + "..")
                            .allowEmptyShould(true)
                            .check(ALL)));
  }

  /** File data of a volume moves through the engine; what does not is metadata, and read here. */
  @TestFactory
  Stream<DynamicTest> onlyTheStoreReadsAVolumeWithoutTheEngine() {
    return Stream.of(
        DynamicTest.dynamicTest(
            "ext4",
            () ->
                noClasses()
                    .that()
                    .resideInAPackage("io.penstock.ext4..")
                    .and()
                    .resideOutsideOfPackage("io.penstock.ext4.store..")
                    .should()
                    .dependOnClassesThat()
                    .belongToAnyOf(DeviceIo.class, Bio.class)
                    .orShould()
                    .callMethod(BlockDevice.class, "submit", Bio.class)
                    .check(ALL)));
  }

  @TestFactory
  Stream<DynamicTest> theEngineNeedsNothingBesideTheJdk() {
    return Stream.of(
        DynamicTest.dynamicTest(
            "core",
            () ->
                classes()
                    .that()
                    .resideInAPackage("io.penstock.core..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                        "java..", "jdk.jfr..", "org.jspecify.annotations..", "io.penstock.core..")
                    .allowEmptyShould(true)
                    .check(ALL)));
  }

  private static String[] with(String own, String prefix, String[] names) {
    return Stream.concat(Stream.of(own), Stream.of(names).map(name -> prefix + name + ".."))
        .toArray(String[]::new);
  }
}
