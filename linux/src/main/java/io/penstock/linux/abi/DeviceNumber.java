package io.penstock.linux.abi;

/**
 * The number of a device.
 *
 * @param major driver; 0 for file systems without a device of their own
 * @param minor device of the driver
 */
public record DeviceNumber(int major, int minor) {
  @Override
  public String toString() {
    return Integer.toUnsignedString(major) + ":" + Integer.toUnsignedString(minor);
  }
}
