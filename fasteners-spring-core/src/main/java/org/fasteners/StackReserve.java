package org.fasteners;

/**
 * Makes sure that there is stack left for what must not end half way. For the code of
 * this library alone: public because a package of Java has no friends.
 */
public final class StackReserve {

	/*
	 * A StackOverflowError in the middle of a transition would leave a lock in a state
	 * that nobody ends, for as long as the JVM lives. So the stack is tried before
	 * anything is changed. Whoever releases does so from where it acquired, or further
	 * out, so that the room that was found then is there for the release too.
	 *
	 * A frame of `descend` takes about 100 to 200 bytes, so this asks for 20 KiB or more;
	 * the deepest path below a gate (opening a file, interpreted) takes less than 10.
	 */
	private static final int DEPTH = 160;

	private StackReserve() {
	}

	/**
	 * Fail now rather than later.
	 * @throws StackOverflowError if the stack is almost used up
	 */
	public static void require() {
		if (descend(DEPTH, 1, 2, 3, 4, 5, 6, 7, 8) == 0) {
			throw new AssertionError("the sum of positive numbers is not zero");
		}
	}

	private static long descend(int depth, long a, long b, long c, long d, long e, long f, long g, long h) {
		// each value is needed after the call, so that no frame is optimised away
		return (depth == 0) ? a + b + c + d + e + f + g + h
				: descend(depth - 1, b, c, d, e, f, g, h, a) + a + b + c + d + e + f + g + h;
	}

}
