package io.penstock.testkit.explain;

/** Why a device operation ended where it does. */
public enum BioEnd {
  /** Nothing of the request comes after it. */
  WALK_ENDS("the walk ends"),
  /** Its last mapping is marked boundary (BIO-4). */
  BOUNDARY("its last mapping is marked boundary (BIO-4)"),
  /** The next piece is on another device (MAP-12). */
  OTHER_DEVICE("the next piece is on another device (MAP-12)"),
  /** What follows in the file needs no device, or was sent earlier (BIO-2). */
  FILE_GAP("the next piece does not follow in the file (BIO-2)"),
  /** What follows in the file lies elsewhere on the device (BIO-2). */
  DEVICE_GAP("the next piece lies elsewhere on the device (BIO-2)"),
  /** The device's limit of bytes is reached (BIO-3). */
  MOST_BYTES("the device's limit of bytes (BIO-3)"),
  /** The device's limit of pieces is reached (BIO-3). */
  MOST_PIECES("the device's limit of pieces (BIO-3)"),
  /** A piece had to be cut where the rest would not be aligned (BIO-3). */
  PIECE_LENGTH("the device's limit on the length of a piece (BIO-3)");

  private final String words;

  BioEnd(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }
}
