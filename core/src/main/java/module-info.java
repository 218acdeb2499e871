/** The direct I/O engine: pure Java, no native call. */
module io.penstock.core {
  requires static transitive org.jspecify;
  requires static jdk.jfr;

  exports io.penstock.core;
  exports io.penstock.core.bio;
  exports io.penstock.core.completion;
  exports io.penstock.core.device;
  exports io.penstock.core.error;
  exports io.penstock.core.event;
  exports io.penstock.core.file;
  exports io.penstock.core.map;
  exports io.penstock.core.memory;
  exports io.penstock.core.metric;
  exports io.penstock.core.request;
}
