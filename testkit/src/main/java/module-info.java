/** A simulated device, seeded faults and an oracle, for soaks of your own. */
module io.penstock.testkit {
  requires transitive io.penstock.core;
  requires jdk.management;
  requires static org.jspecify;

  exports io.penstock.testkit;
  exports io.penstock.testkit.fuzz;
  exports io.penstock.testkit.crash;
  exports io.penstock.testkit.explain;
  exports io.penstock.testkit.layout;
  exports io.penstock.testkit.oracle;
  exports io.penstock.testkit.simulation;
  exports io.penstock.testkit.soak;
  exports io.penstock.testkit.sweep;
}
