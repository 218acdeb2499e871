package io.penstock.file;

import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.device.OpenMode.Creation;
import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the options of an open come to.
 *
 * @param options the file's own
 * @param reads whether it may be read
 * @param writes whether it may be written
 * @param appends whether it may only be appended to
 * @param creation what happens when the file is or is not there
 * @param truncates whether what was in it is dropped
 * @param deletes whether it is deleted when it is closed
 */
record OpenPlan(
    DirectFileOptions options,
    boolean reads,
    boolean writes,
    boolean appends,
    Creation creation,
    boolean truncates,
    boolean deletes) {

  /**
   * An open device, and why it is of its way.
   *
   * @param device open
   * @param reason for people
   */
  record Opened(HostDevice device, String reason) {}

  /**
   * Understands options as {@link java.nio.channels.FileChannel#open} does: none means {@code
   * READ}; creating and truncating is ignored for a file that is only read; {@code SPARSE} is no
   * more than a hint.
   *
   * @throws UnsupportedOperationException for an option of another kind
   * @throws IllegalArgumentException for a contradiction
   */
  static OpenPlan of(OpenOption... given) {
    DirectFileOptions options = DirectFileOptions.DEFAULT;
    boolean reads = false;
    boolean writes = false;
    boolean appends = false;
    boolean truncates = false;
    boolean deletes = false;
    boolean durable = false;
    Creation creation = Creation.NEVER;
    for (OpenOption each : given) {
      switch (each) {
        case DirectFileOptions own -> options = own;
        case StandardOpenOption standard -> {
          switch (standard) {
            case READ -> reads = true;
            case WRITE -> writes = true;
            case APPEND -> appends = true;
            case TRUNCATE_EXISTING -> truncates = true;
            case CREATE -> creation = creation == Creation.NEW ? creation : Creation.IF_ABSENT;
            case CREATE_NEW -> creation = Creation.NEW;
            case DELETE_ON_CLOSE -> deletes = true;
            case DSYNC, SYNC -> durable = true;
            case SPARSE -> {} // every file system that has holes makes them by itself
          }
        }
        case LinkOption ignored -> {} // a link is followed unless the file must be new
        default ->
            throw new UnsupportedOperationException(
                "option "
                    + each
                    + " is not one of a direct file; use StandardOpenOption and"
                    + " DirectFileOptions");
      }
    }
    if (appends && truncates) {
      throw new IllegalArgumentException("APPEND and TRUNCATE_EXISTING contradict each other");
    }
    boolean mayWrite = writes || appends;
    return new OpenPlan(
        durable ? options.withDataSync(true) : options,
        reads || !mayWrite,
        mayWrite,
        appends,
        mayWrite ? creation : Creation.NEVER,
        writes && truncates,
        deletes);
  }

  /** Opens the device. */
  Opened open(Path path) throws IOException {
    OpenMode mode =
        new OpenMode(
            writes,
            creation,
            writes && options.exclusive(),
            options.bufferedFallback(),
            options.depth());
    ConfinedLoop loop = options.loop();
    if (loop != null) {
      return new Opened(loop.open(path, mode), "opened on a loop");
    }
    DeviceProvider provider = options.provider();
    if (provider != null) {
      return new Opened(provider.open(path, mode), "given to it");
    }
    Engines.Choice choice = Engines.choose(options.engine(), options.depth());
    return new Opened(choice.provider().open(path, mode), choice.reason());
  }
}
