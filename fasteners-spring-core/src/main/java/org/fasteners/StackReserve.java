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
	 * What is needed: the deepest path below a gate (opening a file, interpreted) takes
	 * less than 10 KiB. A frame of `descend` takes 600 bytes when compiled and more
	 * otherwise, so this asks for 16 KiB or more.
	 *
	 * Few large frames cost less than many small ones, because the processor foresees
	 * only some 16 returns: 28 of these take about 60 ns, 160 small ones took 1,300. A
	 * frame is as large as the values that must survive a call somewhere in the method,
	 * also when that call is not made. So only the innermost frame makes that call, and
	 * the others have its size for nothing.
	 */
	private static final int DEPTH = 28;

	private StackReserve() {
	}

	/**
	 * Fail now rather than later.
	 * @throws StackOverflowError if the stack is almost used up
	 */
	public static void require() {
		if (descend(DEPTH, Long.MIN_VALUE) == 0) {
			throw new AssertionError("the sum of these numbers is not zero");
		}
	}

	private static long descend(int depth, long x) {
		if (depth == 0) {
			return x;
		}
		if (depth > 1) {
			return descend(depth - 1, x) + 1;
		}
		long v00 = x >>> 0, v01 = x >>> 1, v02 = x >>> 2, v03 = x >>> 3;
		long v04 = x >>> 4, v05 = x >>> 5, v06 = x >>> 6, v07 = x >>> 7;
		long v08 = x >>> 8, v09 = x >>> 9, v10 = x >>> 10, v11 = x >>> 11;
		long v12 = x >>> 12, v13 = x >>> 13, v14 = x >>> 14, v15 = x >>> 15;
		long v16 = x >>> 16, v17 = x >>> 17, v18 = x >>> 18, v19 = x >>> 19;
		long v20 = x >>> 20, v21 = x >>> 21, v22 = x >>> 22, v23 = x >>> 23;
		long v24 = x >>> 24, v25 = x >>> 25, v26 = x >>> 26, v27 = x >>> 27;
		long v28 = x >>> 28, v29 = x >>> 29, v30 = x >>> 30, v31 = x >>> 31;
		long v32 = x >>> 32, v33 = x >>> 33, v34 = x >>> 34, v35 = x >>> 35;
		long v36 = x >>> 36, v37 = x >>> 37, v38 = x >>> 38, v39 = x >>> 39;
		long v40 = x >>> 40, v41 = x >>> 41, v42 = x >>> 42, v43 = x >>> 43;
		long v44 = x >>> 44, v45 = x >>> 45, v46 = x >>> 46, v47 = x >>> 47;
		long v48 = x >>> 48, v49 = x >>> 49, v50 = x >>> 50, v51 = x >>> 51;
		long v52 = x >>> 52, v53 = x >>> 53, v54 = x >>> 54, v55 = x >>> 55;
		long v56 = x >>> 56, v57 = x >>> 57, v58 = x >>> 58, v59 = x >>> 59;
		long v60 = x >>> 60, v61 = x >>> 61, v62 = x >>> 62, v63 = x >>> 63;
		long r = descend(0, x);
		r = (r ^ v00) + (r ^ v01) + (r ^ v02) + (r ^ v03) + (r ^ v04) + (r ^ v05) + (r ^ v06) + (r ^ v07);
		r = (r ^ v08) + (r ^ v09) + (r ^ v10) + (r ^ v11) + (r ^ v12) + (r ^ v13) + (r ^ v14) + (r ^ v15);
		r = (r ^ v16) + (r ^ v17) + (r ^ v18) + (r ^ v19) + (r ^ v20) + (r ^ v21) + (r ^ v22) + (r ^ v23);
		r = (r ^ v24) + (r ^ v25) + (r ^ v26) + (r ^ v27) + (r ^ v28) + (r ^ v29) + (r ^ v30) + (r ^ v31);
		r = (r ^ v32) + (r ^ v33) + (r ^ v34) + (r ^ v35) + (r ^ v36) + (r ^ v37) + (r ^ v38) + (r ^ v39);
		r = (r ^ v40) + (r ^ v41) + (r ^ v42) + (r ^ v43) + (r ^ v44) + (r ^ v45) + (r ^ v46) + (r ^ v47);
		r = (r ^ v48) + (r ^ v49) + (r ^ v50) + (r ^ v51) + (r ^ v52) + (r ^ v53) + (r ^ v54) + (r ^ v55);
		r = (r ^ v56) + (r ^ v57) + (r ^ v58) + (r ^ v59) + (r ^ v60) + (r ^ v61) + (r ^ v62) + (r ^ v63);
		return r;
	}

}
