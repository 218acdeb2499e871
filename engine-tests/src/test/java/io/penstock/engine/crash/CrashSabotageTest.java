package io.penstock.engine.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.penstock.testkit.crash.CrashOptions;
import io.penstock.testkit.crash.FileScript;
import io.penstock.testkit.crash.TinyVolumeProof;
import io.penstock.testkit.crash.TinyVolumeProof.Sabotaged;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sweep is worth what it finds: one thing is broken at a time. */
class CrashSabotageTest {
  private static final CrashOptions OPTIONS = CrashOptions.DEFAULT.withStates(5, 16, 3);

  @Test
  void aBrokenOrderZeroingMarkOrForcedWriteIsFound() {
    List<Sabotaged> results = TinyVolumeProof.sabotage(OPTIONS);
    assertFalse(results.isEmpty());
    assertEquals(List.of(), notFound(results));
  }

  @ParameterizedTest
  @EnumSource(names = {"APPEND", "DURABLE_OVERWRITE", "HOLES"})
  void eachFlushThatIsLeftOutIsMissed(FileScript script) throws Exception {
    List<Sabotaged> broken =
        TinyVolumeProof.withoutEachFlush(script, OPTIONS).stream()
            .filter(Sabotaged::isBroken)
            .toList();
    assertFalse(broken.isEmpty());
    assertEquals(List.of(), notFound(broken));
  }

  private static List<String> notFound(List<Sabotaged> results) {
    return results.stream().filter(each -> !each.isFound()).map(Sabotaged::what).toList();
  }
}
