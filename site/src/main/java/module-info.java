/** Makes a site of the pages, and checks them. */
module io.penstock.site {
  requires org.commonmark;
  requires org.commonmark.ext.gfm.tables;
  requires static org.jspecify;
}
