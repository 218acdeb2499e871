package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another JVM is traced, in which nothing was prepared. */
class TraceAttachTest {
  @TempDir Path directory;

  /** Where a class was loaded from, also when its module is patched with tests. */
  private static String rootOf(Class<?> one) {
    String name = one.getName().replace('.', '/') + ".class";
    String url = Objects.requireNonNull(one.getResource('/' + name)).toString();
    String root = url.substring(0, url.length() - name.length());
    return root.replaceFirst("^jar:", "").replaceFirst("^file:", "").replaceFirst("!/$", "");
  }

  private Process start(Path loaded) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xlog:class+load:file=" + loaded,
            "-cp",
            rootOf(TracedMain.class) + File.pathSeparator + rootOf(DirectIo.class),
            TracedMain.class.getName())
        .redirectError(directory.resolve("err").toFile())
        .start();
  }

  private static List<String> eventClasses(Path loaded) throws IOException {
    return Files.readAllLines(loaded).stream()
        .filter(line -> line.matches(".* io\\.penstock\\.core\\.(walk|event)\\.\\w+Event .*"))
        .toList();
  }

  @Test
  @Timeout(300)
  void requestsAreCountedLiveAndNothingStaysBehindInTheOtherJvm() throws Exception {
    Path loaded = directory.resolve("loaded");
    Process traced = start(loaded);
    try (BufferedReader said = traced.inputReader()) {
      assertEquals("reading", said.readLine(), Files.readString(directory.resolve("err")));
      assertEquals(List.of(), eventClasses(loaded), "loading them is dear: not before it records");

      Outcome trace =
          Outcome.of("trace", "--attach", traced.pid(), "--runtime", 3, "--json").succeeds();
      long requests = Long.parseLong(first(trace, "\"requests\":\\{\"count\":([0-9]+),"));
      assertTrue(requests > 0, trace.out());
      assertEquals(
          requests * TracedMain.PAGE,
          Long.parseLong(first(trace, "\"requests\":\\{\"count\":[0-9]+,\"bytes\":([0-9]+),")));
      assertEquals("traced", first(trace, "\"files\":\\[\\{\"name\":\"([^\"]*)\""));
      assertTrue(!eventClasses(loaded).isEmpty());

      Outcome top = Outcome.of("top", traced.pid(), "--count", 2).succeeds();
      String[] lines = top.out().split("\\R");
      assertEquals(3, lines.length, top.out());
      assertTrue(lines[0].startsWith("requests/s"), top.out());
      assertTrue(Integer.parseInt(lines[2].strip().split(" +")[0].replace(",", "")) > 0, top.out());

      traced.outputWriter().append('\n').flush();
      assertEquals("recordings left: 0", said.readLine());
      assertEquals(0, traced.waitFor());
    } finally {
      traced.destroyForcibly();
    }
  }

  private static String first(Outcome of, String pattern) {
    var matcher = Pattern.compile(pattern).matcher(of.out());
    assertTrue(matcher.find(), of.out());
    return matcher.group(1);
  }
}
