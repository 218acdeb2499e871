/** Three small programs, to learn from. */
module io.penstock.examples {
  requires transitive io.penstock.core;
  requires io.penstock.file;
  requires static org.jspecify;

  exports io.penstock.examples.index;
  exports io.penstock.examples.log;
  exports io.penstock.examples.pages;
}
