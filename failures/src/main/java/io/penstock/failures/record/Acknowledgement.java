package io.penstock.failures.record;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * That a record is in the file for good, as its writer was told.
 *
 * @param writer whose record; of slots, the slot
 * @param sequence which record of his; of slots, the version
 * @param position bytes from the start of the file
 */
public record Acknowledgement(int writer, long sequence, long position) {
  private static final int BYTES = 20;

  /** Somebody who is told, on any thread. */
  @FunctionalInterface
  public interface Receiver {
    /** A record is in the file for good. */
    void acknowledged(Acknowledgement what) throws IOException;
  }

  /** Tells it through a pipe, in one call of the system: the whole of it or nothing. */
  public static Receiver through(OutputStream pipe) {
    return what -> {
      ByteBuffer bytes = ByteBuffer.allocate(BYTES);
      bytes.putInt(what.writer).putLong(what.sequence).putLong(what.position);
      synchronized (pipe) {
        pipe.write(bytes.array());
        pipe.flush();
      }
    };
  }

  /** Reads from a pipe; false at its end. */
  public static boolean read(DataInputStream pipe, List<Acknowledgement> into) throws IOException {
    try {
      into.add(new Acknowledgement(pipe.readInt(), pipe.readLong(), pipe.readLong()));
      return true;
    } catch (EOFException end) {
      return false;
    }
  }
}
