/** Abstract tests that every device, mapper and channel must pass. */
module io.penstock.contract {
  requires transitive io.penstock.core;
  requires transitive io.penstock.rules;
  requires transitive io.penstock.testkit;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;
  requires static org.jspecify;
}
