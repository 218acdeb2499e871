/** Files, channels and streams on the engine. */
module io.penstock.file {
  requires transitive io.penstock.core;
  // The JDK's own direct I/O.
  requires jdk.unsupported;
  requires static org.jspecify;

  exports io.penstock.file;

  uses io.penstock.core.device.DeviceProvider;

  provides io.penstock.core.device.DeviceProvider with
      io.penstock.file.PortableProvider;
}
