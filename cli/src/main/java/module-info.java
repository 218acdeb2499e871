/** The {@code penstock} command. */
module io.penstock.cli {
  requires HdrHistogram;
  requires info.picocli;
  requires io.penstock.ext4;
  requires io.penstock.file;
  requires io.penstock.linux;
  requires io.penstock.testkit;
  // The recordings of other JVMs.
  requires jdk.attach;
  requires jdk.jfr;
  requires jdk.management;
  requires jdk.management.jfr;
  // The JDK's own direct I/O, to be compared with.
  requires jdk.unsupported;
  requires me.tongfei.progressbar;
  requires static org.jspecify;

  // For engines of others.
  exports io.penstock.cli.bench;

  // The command reads its options by reflection.
  opens io.penstock.cli to
      info.picocli;
  opens io.penstock.cli.ext4 to
      info.picocli;

  uses io.penstock.cli.bench.BenchEngine;
}
