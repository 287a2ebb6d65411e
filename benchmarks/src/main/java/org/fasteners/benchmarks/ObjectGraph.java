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
 * Objects and all objects that they refer to, except threads, classes and class loaders.
 * JOL provides sizes and fields. Its own {@code GraphLayout} would follow a thread to
 * most of the heap.
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
	 * Return the size of the objects and of all objects that they refer to.
	 * @param roots the objects
	 * @return the size in bytes
	 */
	static long bytes(Object[] roots) {
		// without it JOL fails on records and lambdas
		System.setProperty("jol.magicFieldOffset", "true");
		// JOL prints its warnings to the standard output, which has the tables
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
