/** What files and devices did, as MBeans. A module apart: the engine does without JMX. */
module io.penstock.jmx {
  requires transitive io.penstock.core;
  requires transitive java.management;
  requires static org.jspecify;

  exports io.penstock.jmx;
}
