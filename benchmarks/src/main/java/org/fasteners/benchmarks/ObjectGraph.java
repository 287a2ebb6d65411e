package org.fasteners.benchmarks;

import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjdk.jol.util.ObjectUtils;
import org.openjdk.jol.vm.VM;

/**
 * Objects and all that they refer to, as far as a thread, a class or a class loader. JOL
 * tells sizes and fields; its own {@code GraphLayout} would go on from a thread to most
 * of the heap.
 */
final class ObjectGraph {

	private final Set<Object> found = Collections.newSetFromMap(new IdentityHashMap<>());

	private final Deque<Object> next = new ArrayDeque<>();

	private ObjectGraph(Object[] roots) {
		for (Object root : roots) {
			find(root);
		}
		while (!this.next.isEmpty()) {
			follow(this.next.pop());
		}
	}

	/**
	 * How many bytes they take.
	 * @param roots the objects
	 * @return the bytes of these objects and of all that they refer to
	 */
	static long bytes(Object[] roots) {
		// JOL gives up where it meets a record or a lambda otherwise
		System.setProperty("jol.magicFieldOffset", "true");
		// JOL says there what it misses, and the tables go there as well
		PrintStream out = System.out;
		System.setOut(System.err);
		try {
			return new ObjectGraph(roots).found.stream().mapToLong(VM.current()::sizeOf).sum();
		}
		finally {
			System.setOut(out);
		}
	}

	private void find(@Nullable Object object) {
		if (object == null || object instanceof Thread || object instanceof Class || object instanceof ClassLoader) {
			return;
		}
		if (this.found.add(object)) {
			this.next.push(object);
		}
	}

	private void follow(Object object) {
		if (object instanceof Object[] array) {
			for (Object element : array) {
				find(element);
			}
		}
		for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
			for (Field field : type.getDeclaredFields()) {
				if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
					find(ObjectUtils.value(object, field));
				}
			}
		}
	}

}
