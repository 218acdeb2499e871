package io.penstock.site;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code SiteMain ROOT OUT [--without-api]}: makes the site of the tree at {@code ROOT}. The class
 * path has what the Javadoc needs.
 */
public final class SiteMain {
  private SiteMain() {}

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    Tree tree = new Tree(Path.of(arguments[0]));
    Path out = Path.of(arguments[1]).toAbsolutePath().normalize();
    boolean withApi = arguments.length < 3;
    int pages = new Site(tree, out, withApi).write();
    if (withApi) {
      new ApiDocs(tree.root(), out.resolve("api"), System.getProperty("java.class.path"))
          .write(System.out);
    }
    List<String> complaints = new BuiltSite(out).complaints();
    if (!complaints.isEmpty()) {
      complaints.forEach(each -> System.err.println("site: " + each));
      System.exit(1);
    }
    System.out.println("site: " + pages + " pages in " + out);
  }
}
