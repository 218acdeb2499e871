package io.penstock.ext4.check;

/**
 * Something that is not as it should be.
 *
 * @param place the structure, its block and inode
 * @param problem what is wrong with it
 */
public record Finding(String place, String problem) {
  @Override
  public String toString() {
    return place + ": " + problem;
  }
}
