package io.penstock.failures;

import io.penstock.failures.record.Acknowledgement;
import io.penstock.failures.record.RecordWriter;
import io.penstock.failures.record.Way;
import io.penstock.file.DirectFile;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The process that is killed: writes records and tells of each that is durable on its standard
 * output. {@code KilledWriterMain ENGINE FILE WAY LIES}.
 */
public final class KilledWriterMain {
  private KilledWriterMain() {}

  /** See the class; ends only by an error, or when it is killed. */
  public static void main(String[] arguments) throws IOException {
    Way way = Way.valueOf(arguments[2]);
    try (FileOutputStream pipe = new FileOutputStream(FileDescriptor.out);
        DirectFile file = RecordWriter.open(arguments[0], Path.of(arguments[1]), way)) {
      boolean lies = Boolean.parseBoolean(arguments[3]);
      throw new RecordWriter(file, way, Acknowledgement.through(pipe), lies).run();
    }
  }
}
