/** Devices that speak to the Linux kernel, without a native library. */
module io.penstock.linux {
  requires transitive io.penstock.core;
  requires static org.jspecify;

  exports io.penstock.linux;

  provides io.penstock.core.device.DeviceProvider with
      io.penstock.linux.UringProvider,
      io.penstock.linux.PreadProvider;
}
