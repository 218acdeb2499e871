/** What files and devices did, as meters of Micrometer. */
module io.penstock.micrometer {
  requires transitive io.penstock.core;
  requires transitive micrometer.core;
  requires static org.jspecify;

  exports io.penstock.micrometer;
}
