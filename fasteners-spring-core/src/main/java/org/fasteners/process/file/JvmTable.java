package org.fasteners.process.file;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;

import org.jspecify.annotations.Nullable;

/**
 * The one table that all copies of this library in a JVM share.
 */
final class JvmTable {

	/*-
	 * Several class loaders may each load a copy of this library (web applications, or one
	 * that is deployed again). Record locks belong to the process, so the copies have to
	 * share what they know of open files (SharedFile). A static field is one for each copy.
	 * What all class loaders of a JVM see is the platform MBean server of the JDK:
	 *
	 *   org.fasteners:type=LockFiles,version=2   a StandardMBean of a Map.Entry
	 *   its attribute Value                      an Optional of a ConcurrentHashMap
	 *
	 *  1. Registration is atomic: of several copies one registers its table, the others get
	 *     InstanceAlreadyExistsException and read the attribute, by reference.
	 *  2. All of it is made of JDK types, so the table keeps no class loader alive.
	 *  3. Over remote JMX the table can be neither changed nor read: the entry is immutable,
	 *     and an Optional is not serializable.
	 *  4. Each copy resolves the table once, when this class is initialized. What happens to
	 *     the system properties or to the MBean later changes nothing for it.
	 *  5. The copy that makes the table also leaves a mark in the system properties, a
	 *     String that names this process. A copy that would make a second table and finds
	 *     the mark refuses to work: with a table of its own it would destroy the locks of
	 *     the copies before it, by closing files. That happens if the MBean was
	 *     unregistered, and without the module java.management (which is optional), where
	 *     each copy makes a table. A mark of another process, inherited on a command line,
	 *     is ignored.
	 *
	 * The layout of the table is that of SharedDevice and SharedFile, and must not change
	 * under this version. The table of version 1, an object in the system properties, is
	 * not looked for: no version of this library with it was released.
	 */

	static final String NAME = "org.fasteners:type=LockFiles,version=2";

	static final String MARK = "org.fasteners.lock-files.v2";

	private static final Map<Object, Object> TABLE = new ConcurrentHashMap<>();

	/** Why there is no table; {@code null} if there is one. */
	private static final @Nullable String PROBLEM;

	/** That of this copy, or of the first one. */
	private static final Map<Object, Object> SHARED;

	static {
		Map<Object, Object> shared = TABLE;
		String problem = null;
		try {
			shared = isManagementThere() ? Anchor.share(TABLE) : TABLE;
			problem = (shared == TABLE) ? mark() : null;
		}
		catch (RuntimeException ex) {
			problem = String.format(Locale.ROOT, "the MBean %s can be neither registered nor read (%s)", NAME, ex);
		}
		SHARED = shared;
		PROBLEM = problem;
	}

	private JvmTable() {
	}

	/**
	 * Return the table.
	 * @throws IllegalStateException if there is none that all copies share
	 */
	static Map<Object, Object> get() {
		if (PROBLEM != null) {
			throw new IllegalStateException(
					"Files cannot be locked by this copy of fasteners-spring, which might lose the locks of another copy in this JVM: "
							+ PROBLEM);
		}
		return SHARED;
	}

	/** Note that there is a table now; the problem if there was another one before. */
	private static @Nullable String mark() {
		String me = process();
		if (!me.equals(System.getProperties().put(MARK, me))) {
			return null;
		}
		return isManagementThere() ? String.format(Locale.ROOT,
				"the MBean %s, by which the copies find their common table of open files, was unregistered. Restart the JVM, and see to it that nothing unregisters it",
				NAME)
				: "another class loader has loaded a copy before, and without the module java.management the copies cannot find their common table of open files. Add that module to the runtime image, or load the library once, in a class loader that all applications share; then restart the JVM";
	}

	private static boolean isManagementThere() {
		return ModuleLayer.boot().findModule("java.management").isPresent();
	}

	/** Identifies this process: numbers of processes are soon used again. */
	private static String process() {
		ProcessHandle me = ProcessHandle.current();
		return String.format(Locale.ROOT, "%d-%d", me.pid(),
				me.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
	}

	/**
	 * The place that all class loaders see. Not loaded without {@code java.management}.
	 */
	private static final class Anchor {

		private Anchor() {
		}

		@SuppressWarnings("unchecked") // the comment above says what is there
		static Map<Object, Object> share(Map<Object, Object> own) {
			MBeanServer server = ManagementFactory.getPlatformMBeanServer();
			try {
				ObjectName name = new ObjectName(NAME);
				try {
					server.registerMBean(
							new StandardMBean(new SimpleImmutableEntry<>(NAME, Optional.of(own)), Map.Entry.class),
							name);
					return own;
				}
				catch (InstanceAlreadyExistsException ex) {
					return ((Optional<Map<Object, Object>>) server.getAttribute(name, "Value")).orElseThrow();
				}
			}
			catch (JMException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
