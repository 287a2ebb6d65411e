package org.fasteners;

import java.util.concurrent.ThreadLocalRandom;

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
	 * What is needed, interpreted: the deepest path below a gate (opening a file) takes
	 * less than 10 KiB, a transition of a thread lock less than 3. A frame of `descend`
	 * takes 2 KiB when compiled and more otherwise. Whoever acquires for a body asks for
	 * more than the lock itself will ask for when it is released from there.
	 *
	 * A compiled method of HotSpot touches the stack beyond the shadow pages on entry,
	 * once for each whole page of its frame, or of the frame that it would have
	 * interpreted if that is larger. So a frame of less than a page demands nothing for
	 * itself: only the next frame below would. Therefore `descend` has more than 512
	 * words of local variables, 4 KiB, so that each frame demands one page at least, also
	 * the last one.
	 *
	 * Few large frames cost less than many small ones, because the processor foresees
	 * only some 16 returns. A frame is as large as the values that must survive a call
	 * somewhere in the method, also when that call is not made. So that call is made
	 * seldom: never, and the compiler would leave it out. Nine frames take some 13 ns; 16
	 * of one KiB take 18, and 160 of 130 bytes took 1,300. A method of more than 8,000
	 * bytes of code would not be compiled at all.
	 */
	private static final int THREAD_LOCK = 4;

	private static final int PROCESS_LOCK = 7;

	private static final int ATTEMPT = 2;

	private static final int BODY = 2;

	/** Loading and initialising classes takes some 20 KiB. */
	private static final int CLASSES = 24;

	private static final int NEVER_ENOUGH = -1;

	private static final int SELDOM = 255;

	private StackReserve() {
	}

	/**
	 * Fail now rather than in a transition of a thread lock.
	 * @throws StackOverflowError if the stack is almost used up
	 */
	public static void requireForThreadLock() {
		require(THREAD_LOCK);
	}

	/**
	 * Return whether there is stack for a transition of a thread lock: for a release,
	 * which must not fail any more.
	 * @return whether {@link #requireForThreadLock()} would succeed
	 */
	public static boolean isEnoughForThreadLock() {
		return isEnough(THREAD_LOCK);
	}

	/**
	 * Catch a {@link StackOverflowError} where {@link #isEnoughForThreadLock()} catches
	 * one. The JVM finds the class of a catch clause when it is first reached, by the
	 * class loader, which takes stack.
	 */
	public static void rehearse() {
		if (isEnough(NEVER_ENOUGH)) {
			throw new AssertionError("there is never so much stack");
		}
	}

	/**
	 * Without memory for a StackOverflowError the JVM throws an OutOfMemoryError instead:
	 * one clause catches both, because one class is enough to rehearse.
	 */
	private static boolean isEnough(int frames) {
		try {
			if (frames == NEVER_ENOUGH) {
				throw new StackOverflowError("a rehearsal");
			}
			require(frames);
			return true;
		}
		catch (VirtualMachineError ex) {
			return false;
		}
	}

	/**
	 * Fail now rather than in a transition of an inter-process lock.
	 * @throws StackOverflowError if the stack is almost used up
	 */
	public static void requireForProcessLock() {
		require(PROCESS_LOCK);
	}

	/**
	 * Fail now rather than when a thread lock is released after a body.
	 * @throws StackOverflowError if the stack is almost used up
	 */
	public static void requireForBodyUnderThreadLock() {
		require(THREAD_LOCK + BODY);
	}

	/**
	 * Fail now rather than when an inter-process lock is released after a body.
	 * @throws StackOverflowError if the stack is almost used up
	 */
	public static void requireForBodyUnderProcessLock() {
		require(PROCESS_LOCK + BODY);
	}

	/**
	 * Fail now rather than in the initialisation of a class.
	 * @throws StackOverflowError if the stack is almost used up
	 */
	public static void requireForClasses() {
		require(CLASSES);
	}

	/**
	 * Fail now rather than in the middle of an attempt to acquire a thread lock by other
	 * methods than those that are tuned, or in the uncontended release after it.
	 * @throws StackOverflowError if the stack is almost used up
	 */
	public static void requireForAttempt() {
		require(ATTEMPT);
	}

	/**
	 * Fail now rather than in an uncontended release of a thread lock: one frame, which
	 * demands a page, because each acquisition pays for it. Interpreted, that release
	 * needs less than 1.5 KiB.
	 * @throws StackOverflowError if the stack is almost used up
	 */
	public static void requireForRelease() {
		if (descend(0, 0) == 0) {
			throw new AssertionError("an odd number is not zero");
		}
	}

	private static void require(int frames) {
		if (descend(frames, ThreadLocalRandom.current().nextInt()) == 0) {
			throw new AssertionError("an odd number is not zero");
		}
	}

	private static long descend(int depth, long x) {
		if (depth == 0) {
			return x | 1;
		}
		if (depth > 1 || (x & SELDOM) != 0) {
			return descend(depth - 1, x) | 1;
		}
		long v000 = x >>> 0, v001 = x >>> 1, v002 = x >>> 2, v003 = x >>> 3;
		long v004 = x >>> 4, v005 = x >>> 5, v006 = x >>> 6, v007 = x >>> 7;
		long v008 = x >>> 8, v009 = x >>> 9, v010 = x >>> 10, v011 = x >>> 11;
		long v012 = x >>> 12, v013 = x >>> 13, v014 = x >>> 14, v015 = x >>> 15;
		long v016 = x >>> 16, v017 = x >>> 17, v018 = x >>> 18, v019 = x >>> 19;
		long v020 = x >>> 20, v021 = x >>> 21, v022 = x >>> 22, v023 = x >>> 23;
		long v024 = x >>> 24, v025 = x >>> 25, v026 = x >>> 26, v027 = x >>> 27;
		long v028 = x >>> 28, v029 = x >>> 29, v030 = x >>> 30, v031 = x >>> 31;
		long v032 = x >>> 32, v033 = x >>> 33, v034 = x >>> 34, v035 = x >>> 35;
		long v036 = x >>> 36, v037 = x >>> 37, v038 = x >>> 38, v039 = x >>> 39;
		long v040 = x >>> 40, v041 = x >>> 41, v042 = x >>> 42, v043 = x >>> 43;
		long v044 = x >>> 44, v045 = x >>> 45, v046 = x >>> 46, v047 = x >>> 47;
		long v048 = x >>> 48, v049 = x >>> 49, v050 = x >>> 50, v051 = x >>> 51;
		long v052 = x >>> 52, v053 = x >>> 53, v054 = x >>> 54, v055 = x >>> 55;
		long v056 = x >>> 56, v057 = x >>> 57, v058 = x >>> 58, v059 = x >>> 59;
		long v060 = x >>> 60, v061 = x >>> 61, v062 = x >>> 62, v063 = x << 1;
		long v064 = x << 2, v065 = x << 3, v066 = x << 4, v067 = x << 5;
		long v068 = x << 6, v069 = x << 7, v070 = x << 8, v071 = x << 9;
		long v072 = x << 10, v073 = x << 11, v074 = x << 12, v075 = x << 13;
		long v076 = x << 14, v077 = x << 15, v078 = x << 16, v079 = x << 17;
		long v080 = x << 18, v081 = x << 19, v082 = x << 20, v083 = x << 21;
		long v084 = x << 22, v085 = x << 23, v086 = x << 24, v087 = x << 25;
		long v088 = x << 26, v089 = x << 27, v090 = x << 28, v091 = x << 29;
		long v092 = x << 30, v093 = x << 31, v094 = x << 32, v095 = x << 33;
		long v096 = x << 34, v097 = x << 35, v098 = x << 36, v099 = x << 37;
		long v100 = x << 38, v101 = x << 39, v102 = x << 40, v103 = x << 41;
		long v104 = x << 42, v105 = x << 43, v106 = x << 44, v107 = x << 45;
		long v108 = x << 46, v109 = x << 47, v110 = x << 48, v111 = x << 49;
		long v112 = x << 50, v113 = x << 51, v114 = x << 52, v115 = x << 53;
		long v116 = x << 54, v117 = x << 55, v118 = x << 56, v119 = x << 57;
		long v120 = x << 58, v121 = x << 59, v122 = x << 60, v123 = x << 61;
		long v124 = x << 62, v125 = x << 63, v126 = (x >>> 0) + 1, v127 = (x >>> 1) + 1;
		long v128 = (x >>> 2) + 1, v129 = (x >>> 3) + 1, v130 = (x >>> 4) + 1, v131 = (x >>> 5) + 1;
		long v132 = (x >>> 6) + 1, v133 = (x >>> 7) + 1, v134 = (x >>> 8) + 1, v135 = (x >>> 9) + 1;
		long v136 = (x >>> 10) + 1, v137 = (x >>> 11) + 1, v138 = (x >>> 12) + 1, v139 = (x >>> 13) + 1;
		long v140 = (x >>> 14) + 1, v141 = (x >>> 15) + 1, v142 = (x >>> 16) + 1, v143 = (x >>> 17) + 1;
		long v144 = (x >>> 18) + 1, v145 = (x >>> 19) + 1, v146 = (x >>> 20) + 1, v147 = (x >>> 21) + 1;
		long v148 = (x >>> 22) + 1, v149 = (x >>> 23) + 1, v150 = (x >>> 24) + 1, v151 = (x >>> 25) + 1;
		long v152 = (x >>> 26) + 1, v153 = (x >>> 27) + 1, v154 = (x >>> 28) + 1, v155 = (x >>> 29) + 1;
		long v156 = (x >>> 30) + 1, v157 = (x >>> 31) + 1, v158 = (x >>> 32) + 1, v159 = (x >>> 33) + 1;
		long v160 = (x >>> 34) + 1, v161 = (x >>> 35) + 1, v162 = (x >>> 36) + 1, v163 = (x >>> 37) + 1;
		long v164 = (x >>> 38) + 1, v165 = (x >>> 39) + 1, v166 = (x >>> 40) + 1, v167 = (x >>> 41) + 1;
		long v168 = (x >>> 42) + 1, v169 = (x >>> 43) + 1, v170 = (x >>> 44) + 1, v171 = (x >>> 45) + 1;
		long v172 = (x >>> 46) + 1, v173 = (x >>> 47) + 1, v174 = (x >>> 48) + 1, v175 = (x >>> 49) + 1;
		long v176 = (x >>> 50) + 1, v177 = (x >>> 51) + 1, v178 = (x >>> 52) + 1, v179 = (x >>> 53) + 1;
		long v180 = (x >>> 54) + 1, v181 = (x >>> 55) + 1, v182 = (x >>> 56) + 1, v183 = (x >>> 57) + 1;
		long v184 = (x >>> 58) + 1, v185 = (x >>> 59) + 1, v186 = (x >>> 60) + 1, v187 = (x >>> 61) + 1;
		long v188 = (x >>> 62) + 1, v189 = (x << 1) + 1, v190 = (x << 2) + 1, v191 = (x << 3) + 1;
		long v192 = (x << 4) + 1, v193 = (x << 5) + 1, v194 = (x << 6) + 1, v195 = (x << 7) + 1;
		long v196 = (x << 8) + 1, v197 = (x << 9) + 1, v198 = (x << 10) + 1, v199 = (x << 11) + 1;
		long v200 = (x << 12) + 1, v201 = (x << 13) + 1, v202 = (x << 14) + 1, v203 = (x << 15) + 1;
		long v204 = (x << 16) + 1, v205 = (x << 17) + 1, v206 = (x << 18) + 1, v207 = (x << 19) + 1;
		long v208 = (x << 20) + 1, v209 = (x << 21) + 1, v210 = (x << 22) + 1, v211 = (x << 23) + 1;
		long v212 = (x << 24) + 1, v213 = (x << 25) + 1, v214 = (x << 26) + 1, v215 = (x << 27) + 1;
		long v216 = (x << 28) + 1, v217 = (x << 29) + 1, v218 = (x << 30) + 1, v219 = (x << 31) + 1;
		long v220 = (x << 32) + 1, v221 = (x << 33) + 1, v222 = (x << 34) + 1, v223 = (x << 35) + 1;
		long v224 = (x << 36) + 1, v225 = (x << 37) + 1, v226 = (x << 38) + 1, v227 = (x << 39) + 1;
		long v228 = (x << 40) + 1, v229 = (x << 41) + 1, v230 = (x << 42) + 1, v231 = (x << 43) + 1;
		long v232 = (x << 44) + 1, v233 = (x << 45) + 1, v234 = (x << 46) + 1, v235 = (x << 47) + 1;
		long v236 = (x << 48) + 1, v237 = (x << 49) + 1, v238 = (x << 50) + 1, v239 = (x << 51) + 1;
		long v240 = (x << 52) + 1, v241 = (x << 53) + 1, v242 = (x << 54) + 1, v243 = (x << 55) + 1;
		long v244 = (x << 56) + 1, v245 = (x << 57) + 1, v246 = (x << 58) + 1, v247 = (x << 59) + 1;
		long v248 = (x << 60) + 1, v249 = (x << 61) + 1, v250 = (x << 62) + 1, v251 = (x << 63) + 1;
		long v252 = (x >>> 0) + 2, v253 = (x >>> 1) + 2, v254 = (x >>> 2) + 2, v255 = (x >>> 3) + 2;
		long v256 = (x >>> 4) + 2, v257 = (x >>> 5) + 2, v258 = (x >>> 6) + 2, v259 = (x >>> 7) + 2;
		long v260 = (x >>> 8) + 2, v261 = (x >>> 9) + 2, v262 = (x >>> 10) + 2, v263 = (x >>> 11) + 2;
		long r = descend(0, x);
		r += (r ^ v000) + (r ^ v001) + (r ^ v002) + (r ^ v003) + (r ^ v004) + (r ^ v005) + (r ^ v006);
		r += (r ^ v007) + (r ^ v008) + (r ^ v009) + (r ^ v010) + (r ^ v011) + (r ^ v012) + (r ^ v013);
		r += (r ^ v014) + (r ^ v015) + (r ^ v016) + (r ^ v017) + (r ^ v018) + (r ^ v019) + (r ^ v020);
		r += (r ^ v021) + (r ^ v022) + (r ^ v023) + (r ^ v024) + (r ^ v025) + (r ^ v026) + (r ^ v027);
		r += (r ^ v028) + (r ^ v029) + (r ^ v030) + (r ^ v031) + (r ^ v032) + (r ^ v033) + (r ^ v034);
		r += (r ^ v035) + (r ^ v036) + (r ^ v037) + (r ^ v038) + (r ^ v039) + (r ^ v040) + (r ^ v041);
		r += (r ^ v042) + (r ^ v043) + (r ^ v044) + (r ^ v045) + (r ^ v046) + (r ^ v047) + (r ^ v048);
		r += (r ^ v049) + (r ^ v050) + (r ^ v051) + (r ^ v052) + (r ^ v053) + (r ^ v054) + (r ^ v055);
		r += (r ^ v056) + (r ^ v057) + (r ^ v058) + (r ^ v059) + (r ^ v060) + (r ^ v061) + (r ^ v062);
		r += (r ^ v063) + (r ^ v064) + (r ^ v065) + (r ^ v066) + (r ^ v067) + (r ^ v068) + (r ^ v069);
		r += (r ^ v070) + (r ^ v071) + (r ^ v072) + (r ^ v073) + (r ^ v074) + (r ^ v075) + (r ^ v076);
		r += (r ^ v077) + (r ^ v078) + (r ^ v079) + (r ^ v080) + (r ^ v081) + (r ^ v082) + (r ^ v083);
		r += (r ^ v084) + (r ^ v085) + (r ^ v086) + (r ^ v087) + (r ^ v088) + (r ^ v089) + (r ^ v090);
		r += (r ^ v091) + (r ^ v092) + (r ^ v093) + (r ^ v094) + (r ^ v095) + (r ^ v096) + (r ^ v097);
		r += (r ^ v098) + (r ^ v099) + (r ^ v100) + (r ^ v101) + (r ^ v102) + (r ^ v103) + (r ^ v104);
		r += (r ^ v105) + (r ^ v106) + (r ^ v107) + (r ^ v108) + (r ^ v109) + (r ^ v110) + (r ^ v111);
		r += (r ^ v112) + (r ^ v113) + (r ^ v114) + (r ^ v115) + (r ^ v116) + (r ^ v117) + (r ^ v118);
		r += (r ^ v119) + (r ^ v120) + (r ^ v121) + (r ^ v122) + (r ^ v123) + (r ^ v124) + (r ^ v125);
		r += (r ^ v126) + (r ^ v127) + (r ^ v128) + (r ^ v129) + (r ^ v130) + (r ^ v131) + (r ^ v132);
		r += (r ^ v133) + (r ^ v134) + (r ^ v135) + (r ^ v136) + (r ^ v137) + (r ^ v138) + (r ^ v139);
		r += (r ^ v140) + (r ^ v141) + (r ^ v142) + (r ^ v143) + (r ^ v144) + (r ^ v145) + (r ^ v146);
		r += (r ^ v147) + (r ^ v148) + (r ^ v149) + (r ^ v150) + (r ^ v151) + (r ^ v152) + (r ^ v153);
		r += (r ^ v154) + (r ^ v155) + (r ^ v156) + (r ^ v157) + (r ^ v158) + (r ^ v159) + (r ^ v160);
		r += (r ^ v161) + (r ^ v162) + (r ^ v163) + (r ^ v164) + (r ^ v165) + (r ^ v166) + (r ^ v167);
		r += (r ^ v168) + (r ^ v169) + (r ^ v170) + (r ^ v171) + (r ^ v172) + (r ^ v173) + (r ^ v174);
		r += (r ^ v175) + (r ^ v176) + (r ^ v177) + (r ^ v178) + (r ^ v179) + (r ^ v180) + (r ^ v181);
		r += (r ^ v182) + (r ^ v183) + (r ^ v184) + (r ^ v185) + (r ^ v186) + (r ^ v187) + (r ^ v188);
		r += (r ^ v189) + (r ^ v190) + (r ^ v191) + (r ^ v192) + (r ^ v193) + (r ^ v194) + (r ^ v195);
		r += (r ^ v196) + (r ^ v197) + (r ^ v198) + (r ^ v199) + (r ^ v200) + (r ^ v201) + (r ^ v202);
		r += (r ^ v203) + (r ^ v204) + (r ^ v205) + (r ^ v206) + (r ^ v207) + (r ^ v208) + (r ^ v209);
		r += (r ^ v210) + (r ^ v211) + (r ^ v212) + (r ^ v213) + (r ^ v214) + (r ^ v215) + (r ^ v216);
		r += (r ^ v217) + (r ^ v218) + (r ^ v219) + (r ^ v220) + (r ^ v221) + (r ^ v222) + (r ^ v223);
		r += (r ^ v224) + (r ^ v225) + (r ^ v226) + (r ^ v227) + (r ^ v228) + (r ^ v229) + (r ^ v230);
		r += (r ^ v231) + (r ^ v232) + (r ^ v233) + (r ^ v234) + (r ^ v235) + (r ^ v236) + (r ^ v237);
		r += (r ^ v238) + (r ^ v239) + (r ^ v240) + (r ^ v241) + (r ^ v242) + (r ^ v243) + (r ^ v244);
		r += (r ^ v245) + (r ^ v246) + (r ^ v247) + (r ^ v248) + (r ^ v249) + (r ^ v250) + (r ^ v251);
		r += (r ^ v252) + (r ^ v253) + (r ^ v254) + (r ^ v255) + (r ^ v256) + (r ^ v257) + (r ^ v258);
		r += (r ^ v259) + (r ^ v260) + (r ^ v261) + (r ^ v262) + (r ^ v263);
		return r | 1;
	}

}
