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
 * The process that ends while it writes, when it is told to on its standard input: {@code
 * ExitingMain ENGINE FILE WAY END}.
 */
public final class ExitingMain {
  /** What a shutdown hook says on standard error when it has closed the file. */
  static final String CLOSED = "closed by the hook";

  /** How it ends. */
  enum End {
    /** {@link System#exit} on another thread than those that write. */
    EXIT(3),
    /** {@link System#exit}, and a shutdown hook closes the file. */
    EXIT_AND_CLOSE(4),
    /** {@link Runtime#halt}: no hook is run. */
    HALT(5),
    /** SIGTERM, and a shutdown hook closes the file. */
    SIGNAL(143),
    /** The file is closed, so that all threads end with an error, and main returns. */
    RETURN(0);

    private final int status;

    End(int status) {
      this.status = status;
    }

    /** Exit status of the process. */
    int status() {
      return status;
    }

    /** Whether a shutdown hook closes the file. */
    boolean closes() {
      return this == EXIT_AND_CLOSE || this == SIGNAL;
    }
  }

  private ExitingMain() {}

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    Way way = Way.valueOf(arguments[2]);
    End end = End.valueOf(arguments[3]);
    FileOutputStream pipe = new FileOutputStream(FileDescriptor.out);
    DirectFile file = RecordWriter.open(arguments[0], Path.of(arguments[1]), way);
    if (end.closes()) {
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().name("closes").unstarted(() -> close(file)));
    }
    Thread writers =
        Thread.ofPlatform()
            .name("writers")
            .daemon(end != End.RETURN)
            .start(() -> new RecordWriter(file, way, Acknowledgement.through(pipe), false).run());
    if (System.in.read() < 0) {
      throw new IOException("nobody says when to end");
    }
    switch (end) {
      case EXIT, EXIT_AND_CLOSE -> System.exit(end.status());
      case HALT -> Runtime.getRuntime().halt(end.status());
      case SIGNAL -> throw new IOException("it was to come as a signal");
      case RETURN -> {
        file.close();
        writers.join();
      }
    }
  }

  private static void close(DirectFile file) {
    try {
      file.close();
      System.err.println(CLOSED);
    } catch (IOException failed) {
      System.err.println("the hook could not close: " + failed);
    }
  }
}
