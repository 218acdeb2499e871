package io.penstock.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What no class of ours does, wherever it is. */
class HouseRulesTest {
  private static final JavaClasses ALL =
      new ClassFileImporter().importPaths(Modules.classes(Modules.root()));
  private static final String ABI = "io.penstock.linux.abi..";

  @Test
  void onlyTheAbiCallsNativeCode() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ABI)
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Linker.class, SymbolLookup.class)
        .allowEmptyShould(true)
        .check(ALL);
  }

  @Test
  void onlyTheAbiGivesASegmentAnotherSize() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ABI)
        .should()
        .callMethodWhere(calls(MemorySegment.class, "reinterpret"))
        .allowEmptyShould(true)
        .check(ALL);
  }

  /** An address that is a number holds nothing open: one place makes memory of it, a mapping's. */
  @Test
  void onlyTheRingsMappingsAreMadeFromAddresses() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.penstock.linux.abi.RingMemory")
        .should()
        .callMethodWhere(calls(MemorySegment.class, "ofAddress"))
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("sun.misc.Unsafe")
        .check(ALL);
  }

  /** No shell ever sees a path: programs are started by their words, by two modules. */
  @Test
  void onlyTheEngineThatRunsFioAndTheFailuresStartPrograms() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.penstock.cli.bench.FioEngine")
        .and()
        .resideOutsideOfPackage("io.penstock.failures..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .callMethodWhere(calls(Runtime.class, "exec"))
        .check(ALL);
  }

  /**
   * Files that others must not see are made by {@code OpenMode.CREATE_NEW}, or are the JDK's own.
   */
  @Test
  void temporaryFilesAreMadeInOnePlace() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.penstock.cli.bench.FioEngine")
        .should()
        .callMethodWhere(calls(Files.class, "createTempFile"))
        .orShould()
        .callMethodWhere(calls(java.io.File.class, "createTempFile"))
        .check(ALL);
  }

  @Test
  void onlyCommandsAndTheBenchmarksPrint() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.penstock.cli..", "io.penstock.bench..")
        .and()
        .haveNameNotMatching(".*Main(\\$.*)?")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethodWhere(calls(Throwable.class, "printStackTrace"))
        .allowEmptyShould(true)
        .check(ALL);
  }

  /** Not {@code new Thread(...)}: the builder, which {@link #everyThreadHasAName} can look at. */
  @Test
  void threadsAreMadeByTheirBuilder() {
    noClasses()
        .should()
        .callConstructorWhere(
            DescribedPredicate.describe(
                "new Thread(...)", call -> call.getTargetOwner().isEquivalentTo(Thread.class)))
        .orShould()
        .callMethod(Thread.class, "startVirtualThread", Runnable.class)
        .orShould()
        .callMethod(Executors.class, "newVirtualThreadPerTaskExecutor")
        .allowEmptyShould(true)
        .check(ALL);
  }

  @Test
  void everyThreadHasAName() {
    List<String> unnamed = new ArrayList<>();
    for (JavaClass each : ALL) {
      for (JavaCodeUnit unit : each.getCodeUnits()) {
        long builds =
            unit.getMethodCallsFromSelf().stream().filter(HouseRulesTest::buildsThread).count();
        long names =
            unit.getMethodCallsFromSelf().stream().filter(HouseRulesTest::namesThread).count();
        if (builds > names) {
          unnamed.add(unit.getFullName());
        }
      }
    }
    assertEquals(List.of(), unnamed, "Thread.ofPlatform() or ofVirtual() without name(...)");
  }

  /**
   * An executor makes the threads of its own factory, called pool-1-thread-1, when it is given
   * none.
   */
  @Test
  void executorsAreGivenAThreadFactory() {
    noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "Executors.new...Pool() without a thread factory",
                call ->
                    call.getTargetOwner().isEquivalentTo(Executors.class)
                        && call.getName().startsWith("new")
                        && call.getTarget().getRawParameterTypes().stream()
                            .noneMatch(
                                type ->
                                    type.isEquivalentTo(java.util.concurrent.ThreadFactory.class))))
        .allowEmptyShould(true)
        .check(ALL);
  }

  @Test
  void noClassIsCalledAfterNothing() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)(\\$.*)?")
        .check(ALL);
  }

  @Test
  void noFinalizers() {
    noMethods().should().haveName("finalize").allowEmptyShould(true).check(ALL);
  }

  @Test
  void theEnginesDescriptorRequiresNothingBesideTheJdkAndItsAnnotations() throws Exception {
    Path file = Modules.root().resolve("core/target/classes/module-info.class");
    Set<String> required = new TreeSet<>();
    try (var in = Files.newInputStream(file)) {
      ModuleDescriptor.read(in).requires().forEach(each -> required.add(each.name()));
    }
    required.removeAll(Set.of("java.base", "jdk.jfr", "org.jspecify"));
    assertEquals(Set.of(), required);
  }

  private static boolean buildsThread(JavaMethodCall call) {
    return call.getTargetOwner().isEquivalentTo(Thread.class)
        && Set.of("ofPlatform", "ofVirtual").contains(call.getName());
  }

  private static boolean namesThread(JavaMethodCall call) {
    return call.getTargetOwner().getFullName().startsWith("java.lang.Thread$Builder")
        && call.getName().equals("name");
  }

  private static DescribedPredicate<JavaMethodCall> calls(Class<?> owner, String name) {
    return DescribedPredicate.describe(
        owner.getSimpleName() + "." + name,
        call -> owns(owner, call) && call.getName().equals(name));
  }

  private static boolean owns(Class<?> owner, JavaAccess<?> access) {
    return access.getTargetOwner().isAssignableTo(owner);
  }
}
