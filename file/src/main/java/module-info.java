/** Files, channels and streams on the engine. */
module io.penstock.file {
  requires transitive io.penstock.core;
  requires static org.jspecify;
}
