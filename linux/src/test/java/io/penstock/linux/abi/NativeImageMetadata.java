package io.penstock.linux.abi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a native image has to be told of this module, made from the code: every class of the package
 * is initialised, which links what it calls, and what a C library without some function makes it
 * link is linked too.
 *
 * <p>{@code NativeImageMetadata FILE} writes it, for {@code build/native-image-metadata}.
 */
public final class NativeImageMetadata {
  /** Where it lies in the jar. */
  static final String RESOURCE =
      "/META-INF/native-image/io.penstock/penstock-linux/reachability-metadata.json";

  private NativeImageMetadata() {}

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), json(all()), UTF_8);
  }

  /** Every shape that the package can link. */
  static Set<Downcalls.Shape> all() {
    for (String name : classes()) {
      try {
        Class.forName(name, true, NativeImageMetadata.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        throw new LinkageError(name, e);
      }
    }
    SharedCall.returningInt("getpid").call(0);
    TransferCalls.vectoredSyscall(Abi.NATIVE.callPreadv2());
    return Downcalls.linked();
  }

  /** Names of the classes of the package, inner ones too. */
  private static List<String> classes() {
    Path compiled;
    try {
      compiled =
          Path.of(Downcalls.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    String packageName = Downcalls.class.getPackageName();
    try (Stream<Path> files = Files.list(compiled.resolve(packageName.replace('.', '/')))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
          .map(name -> packageName + "." + name.replace(".class", ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String json(Set<Downcalls.Shape> shapes) {
    Set<String> calls = new TreeSet<>();
    shapes.forEach(shape -> calls.add(call(shape)));
    return """
    {
      "reflection": [
        {
          "type": "io.penstock.linux.abi.NativeCall",
          "methods": [
            {"name": "noSuchCall", "parameterTypes": ["java.lang.foreign.MemorySegment"]},
            {"name": "unsupported", "parameterTypes": ["java.lang.foreign.MemorySegment"]}
          ]
        }
      ],
      "foreign": {
        "downcalls": [
    %s
        ]
      }
    }
    """
        .formatted(String.join(",\n", calls));
  }

  private static String call(Downcalls.Shape shape) {
    String parameters =
        shape.function().argumentLayouts().stream()
            .map(layout -> '"' + type(layout) + '"')
            .collect(Collectors.joining(", "));
    String variadic =
        shape.firstVariadic() == Downcalls.NOT_VARIADIC
            ? ""
            : ", \"firstVariadicArg\": " + shape.firstVariadic();
    return """
          {
            "returnType": "%s",
            "parameterTypes": [%s],
            "options": {"captureCallState": true%s}
          }\
    """
        .formatted(type(shape.function().returnLayout().orElseThrow()), parameters, variadic);
  }

  /** The name that native images know it by. */
  private static String type(MemoryLayout layout) {
    if (layout.equals(ValueLayout.JAVA_INT)) {
      return "jint";
    }
    if (layout.equals(ValueLayout.JAVA_LONG)) {
      return "jlong";
    }
    if (layout.equals(ValueLayout.ADDRESS)) {
      return "void*";
    }
    throw new IllegalArgumentException("no name is known for " + layout);
  }
}
