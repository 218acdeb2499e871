package io.penstock.testkit.explain;

import io.penstock.core.bio.Direction;
import java.util.List;

/**
 * A device operation as it reached the device. Offsets and lengths are bytes.
 *
 * @param number from 1, in the order in which they were sent
 * @param request number of the engine's request it belongs to, from 1: a request to the file layer
 *     may take several
 * @param batch number of the batch it came with, from 1 (BIO-7)
 * @param batchSize operations of that batch
 * @param direction which way the bytes go
 * @param device name of the device
 * @param deviceOffset from the start of the device
 * @param fileOffset from the start of the file
 * @param length in all
 * @param pieces the memory, in the order of the bytes
 * @param forcedUnitAccess whether it is durable when it completes (BIO-9)
 * @param noWait whether the device is to fail rather than wait
 * @param atomic whether it must not be torn
 * @param end why it ended
 */
public record SentBio(
    int number,
    int request,
    int batch,
    int batchSize,
    Direction direction,
    String device,
    long deviceOffset,
    long fileOffset,
    long length,
    List<Piece> pieces,
    boolean forcedUnitAccess,
    boolean noWait,
    boolean atomic,
    BioEnd end) {

  /** Copies the list. */
  public SentBio {
    pieces = List.copyOf(pieces);
  }

  /** First byte of the file behind it. */
  public long fileEnd() {
    return fileOffset + length;
  }

  /** First byte of the device behind it. */
  public long deviceEnd() {
    return deviceOffset + length;
  }

  /** Pieces of a source. */
  public List<Piece> pieces(Piece.Source source) {
    return pieces.stream().filter(each -> each.source() == source).toList();
  }
}
