package io.penstock.core.map;

/**
 * What a layout declares about itself, once.
 *
 * @param maxFileSize bytes; a write that would end past it is refused with EFBIG (ADM-2)
 * @param fillsHoles whether holes inside the file may be allocated by a direct write; if not, a
 *     write stops at the first hole that starts before end of file and the rest goes the buffered
 *     way (MAP-4, WALK-4)
 * @param publishesSize whether the layout's end-of-I/O hook makes the new size visible; if not, an
 *     asynchronous write that extends the file is waited for before the submission returns (ADM-8)
 * @param locking whether reads take the file's lock while they map (ADM-11)
 * @param ownInFlightScheme whether the layout counts requests in flight itself, so that the engine
 *     does not (ADM-10)
 * @param endsAtDeviceEnd whether the file is a raw device: a write that starts at its end is
 *     ENOSPC, one that crosses it is cut short (ADM-2)
 * @param laidOutByDevice whether the device lays the file out by itself, as a host does with its
 *     files: the mapper then answers mapped blocks and holes only, the device zeroes what it
 *     allocates, and a forced unit access write makes durable also what is needed to read it back
 *     (BIO-9)
 */
public record LayoutTraits(
    long maxFileSize,
    boolean fillsHoles,
    boolean publishesSize,
    boolean locking,
    boolean ownInFlightScheme,
    boolean endsAtDeviceEnd,
    boolean laidOutByDevice) {

  /** A layout that allocates everywhere, publishes the size at end of I/O, and needs no lock. */
  public static final LayoutTraits DEFAULT =
      new LayoutTraits(Long.MAX_VALUE, true, true, false, false, false, false);

  /** Checks the values. */
  public LayoutTraits {
    if (maxFileSize < 0) {
      throw new IllegalArgumentException("maxFileSize " + maxFileSize + " must not be negative");
    }
  }

  /** The same traits with another largest file, bytes. */
  public LayoutTraits withMaxFileSize(long bytes) {
    return new LayoutTraits(
        bytes,
        fillsHoles,
        publishesSize,
        locking,
        ownInFlightScheme,
        endsAtDeviceEnd,
        laidOutByDevice);
  }

  /** The same traits; whether direct writes may fill holes inside the file. */
  public LayoutTraits withFillsHoles(boolean value) {
    return new LayoutTraits(
        maxFileSize,
        value,
        publishesSize,
        locking,
        ownInFlightScheme,
        endsAtDeviceEnd,
        laidOutByDevice);
  }

  /** The same traits; whether the end-of-I/O hook publishes the size. */
  public LayoutTraits withPublishesSize(boolean value) {
    return new LayoutTraits(
        maxFileSize,
        fillsHoles,
        value,
        locking,
        ownInFlightScheme,
        endsAtDeviceEnd,
        laidOutByDevice);
  }

  /** The same traits; whether reads lock the file while mapping. */
  public LayoutTraits withLocking(boolean value) {
    return new LayoutTraits(
        maxFileSize,
        fillsHoles,
        publishesSize,
        value,
        ownInFlightScheme,
        endsAtDeviceEnd,
        laidOutByDevice);
  }

  /** The same traits; whether the layout has its own in-flight scheme. */
  public LayoutTraits withOwnInFlightScheme(boolean value) {
    return new LayoutTraits(
        maxFileSize, fillsHoles, publishesSize, locking, value, endsAtDeviceEnd, laidOutByDevice);
  }

  /** The same traits; whether the file ends where its device ends. */
  public LayoutTraits withEndsAtDeviceEnd(boolean value) {
    return new LayoutTraits(
        maxFileSize, fillsHoles, publishesSize, locking, ownInFlightScheme, value, laidOutByDevice);
  }

  /** The same traits; whether the device lays the file out by itself. */
  public LayoutTraits withLaidOutByDevice(boolean value) {
    return new LayoutTraits(
        maxFileSize, fillsHoles, publishesSize, locking, ownInFlightScheme, endsAtDeviceEnd, value);
  }
}
