package io.penstock.cli.trace;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.Closeable;
import java.io.IOException;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import jdk.management.jfr.RemoteRecordingStream;

/**
 * Records in another JVM of this user on this machine, without anything prepared there: its
 * management agent is started through the attach API, for connections of this machine only, and the
 * recording ends with the stream.
 */
public final class AttachedJvm implements Closeable {
  /** What the recording may take of the other JVM's disk. */
  private static final long MOST_BYTES = 256L << 20;

  private final JMXConnector connector;
  private final RemoteRecordingStream stream;

  /** Ends the recording there when this command is interrupted. */
  private final Thread ending;

  private AttachedJvm(JMXConnector connector, RemoteRecordingStream stream) {
    this.connector = connector;
    this.stream = stream;
    ending = Thread.ofPlatform().name("penstock ends a recording").unstarted(stream::close);
    Runtime.getRuntime().addShutdownHook(ending);
  }

  /**
   * Attaches, and gets ready to record every event of ours.
   *
   * @throws IOException when there is no such JVM, or it cannot be attached to; with a remedy
   */
  @SuppressWarnings(
      "BanJNDI") // the address is told by the JVM that was attached to, of the same user
  public static AttachedJvm to(long pid) throws IOException {
    JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(agentOf(pid)));
    RemoteRecordingStream stream = null;
    try {
      stream = new RemoteRecordingStream(connector.getMBeanServerConnection());
      for (String each : EventReader.EVENTS) {
        stream.enable(each);
      }
      stream.setReuse(true);
      stream.setMaxSize(MOST_BYTES);
      AttachedJvm attached = new AttachedJvm(connector, stream);
      stream = null;
      return attached;
    } catch (RuntimeException refused) {
      throw failure(pid, "it does not record: " + refused.getMessage());
    } finally {
      if (stream != null) {
        stream.close();
      }
    }
  }

  private static String agentOf(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        return machine.startLocalManagementAgent();
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException | IOException | RuntimeException refused) {
      throw failure(
          pid,
          "cannot attach ("
              + refused.getMessage()
              + "); it must be a running JVM of the same user, in the same container, not started"
              + " with -XX:+DisableAttachMechanism; 'jcmd' lists those there are");
    }
  }

  private static IOException failure(long pid, String why) {
    return new IOException("process " + pid + ": " + why);
  }

  /** The stream, not started yet. */
  public RemoteRecordingStream stream() {
    return stream;
  }

  @Override
  public void close() {
    stream.close();
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException interrupted) {
      // this command is ending: the hook runs, or has run
    }
    try {
      connector.close();
    } catch (IOException gone) {
      // the other JVM has ended: so has the connection
    }
  }
}
