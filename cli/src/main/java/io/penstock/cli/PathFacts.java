package io.penstock.cli;

import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.file.Engines;
import io.penstock.linux.HostFacts;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How direct I/O works on a path, found by opening a file there: the file itself, or a temporary
 * one in a directory.
 *
 * @param path as asked for
 * @param kind regular file, directory or block device
 * @param engine that was tried
 * @param engineReason why that one
 * @param fileSystem name of its type
 * @param alignment of direct I/O; null when it does not work
 * @param disk the disk behind it, if it can be told
 * @param problem why direct I/O does not work; empty when it does
 * @param remedy what to do; empty when there is nothing
 */
record PathFacts(
    Path path,
    String kind,
    String engine,
    String engineReason,
    String fileSystem,
    @Nullable HostAlignment alignment,
    Optional<String> disk,
    String problem,
    String remedy) {

  static PathFacts gather(Path path, Engines.Choice engine) throws IOException {
    if (!Files.isDirectory(path)) {
      return examine(path, path, engine, OpenMode.READ);
    }
    String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path trial = path.resolve(".penstock-doctor-" + unique);
    try {
      return examine(path, trial, engine, OpenMode.CREATE_NEW);
    } finally {
      Files.deleteIfExists(trial);
    }
  }

  private static PathFacts examine(Path path, Path file, Engines.Choice engine, OpenMode mode)
      throws IOException {
    HostAlignment alignment = null;
    String problem = "";
    try (HostDevice device = engine.provider().open(file, mode)) {
      alignment = device.alignment();
    } catch (BlockIoException | FileSystemException e) {
      problem = FailureLine.oneLine(e).replace(file.toString(), path.toString());
    }
    Optional<HostFacts.OfFile> linux = onLinux(Files.exists(file) ? file : path);
    String remedy = linux.map(facts -> facts.alignment().remedy()).orElse("");
    return new PathFacts(
        path,
        kindOf(path, linux),
        engine.provider().name(),
        engine.reason(),
        linux.isPresent() ? linux.get().type() : typeOf(path),
        alignment,
        linux.flatMap(PathFacts::diskOf),
        problem,
        alignment == null ? remedy : "");
  }

  private static Optional<HostFacts.OfFile> onLinux(Path file) {
    try {
      return HostFacts.unsupportedReason().isPresent()
          ? Optional.empty()
          : Optional.of(HostFacts.ofFile(file));
    } catch (IOException e) {
      return Optional.empty(); // the engine's own failure says more
    }
  }

  private static String kindOf(Path path, Optional<HostFacts.OfFile> linux) {
    if (Files.isDirectory(path)) {
      return "directory, tried with a temporary file";
    }
    return Files.isRegularFile(path)
        ? "regular file"
        : linux.map(HostFacts.OfFile::kind).orElse("other");
  }

  private static String typeOf(Path path) throws IOException {
    FileStore store = Files.getFileStore(path);
    return store.type();
  }

  private static Optional<String> diskOf(HostFacts.OfFile facts) {
    return facts
        .queue()
        .map(
            queue ->
                "logical block "
                    + known(queue.logicalBlockSize())
                    + ", physical block "
                    + known(queue.physicalBlockSize())
                    + ", at most "
                    + known(queue.maxSegments())
                    + " segments");
  }

  private static String known(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "unknown";
  }

  /** Whether direct I/O works there. */
  boolean works() {
    return alignment != null;
  }

  /** One sentence. */
  String verdict() {
    return alignment == null
        ? "direct I/O does not work here: " + problem
        : "direct I/O works here, in units of " + alignment.unit() + " bytes";
  }

  /** What must be aligned to what. */
  String alignmentText() {
    if (alignment == null) {
      return "none";
    }
    String atomic =
        alignment.atomicWriteMax() == 0
            ? "none"
            : alignment.atomicWriteMin() + " to " + alignment.atomicWriteMax();
    return "memory "
        + alignment.memory()
        + ", read "
        + alignment.read()
        + ", write "
        + alignment.write()
        + ", atomic writes "
        + atomic
        + " (from: "
        + alignment.source()
        + ')';
  }

  Json asJson() {
    Json json = new Json().put("path", path).put("kind", kind).put("fileSystem", fileSystem);
    json.put("directIo", alignment != null);
    if (alignment != null) {
      json.put("memoryAlignment", alignment.memory())
          .put("readAlignment", alignment.read())
          .put("writeAlignment", alignment.write())
          .put("atomicWriteMin", alignment.atomicWriteMin())
          .put("atomicWriteMax", alignment.atomicWriteMax())
          .put("alignmentSource", alignment.source());
    }
    return json;
  }
}
