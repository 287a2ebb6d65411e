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
	 * takes 3.5 KiB when compiled and twice as much otherwise. An acquisition for a body
	 * demands more than the lock itself will demand when it is released from there, also
	 * if the former was compiled and the latter is interpreted: a compiled method may be
	 * interpreted again at any time. So it demands twice as many frames.
	 *
	 * A compiled method of HotSpot touches the stack beyond the shadow pages on entry,
	 * once for each whole page of its frame, or of the frame that it would have
	 * interpreted if that is larger. So a frame of less than a page demands nothing for
	 * itself: only the next frame below would. Therefore `descend` has more than 512
	 * words of local variables, 4 KiB: each frame demands one page at least, also the
	 * last one.
	 *
	 * Few large frames cost less than many small ones, because the processor foresees
	 * only some 16 returns. A frame is as large as the values that must survive a call
	 * somewhere in the method, also when that call is not made. So that call is made
	 * seldom, once in 4,096 times, which the caller's number decides: a compiler leaves a
	 * branch out that its profile has not seen taken, and with it the frame. So that
	 * number must change from call to call also where one frame is demanded. A frame
	 * takes one to two nanoseconds however large it is; 160 of 130 bytes took 1,300. A
	 * method of more than 8,000 bytes of code would not be compiled at all: this one has
	 * 7,386.
	 */
	private static final int THREAD_LOCK = 1;

	private static final int PROCESS_LOCK = 3;

	private static final int ATTEMPT = 1;

	/** Loading and initialising classes takes some 20 KiB. */
	private static final int CLASSES = 12;

	private static final int NEVER_ENOUGH = -1;

	private static final int SELDOM = 4_095;

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
		require(2 * (THREAD_LOCK + 1));
	}

	/**
	 * Fail now rather than when an inter-process lock is released after a body.
	 * @throws StackOverflowError if the stack is almost used up
	 */
	public static void requireForBodyUnderProcessLock() {
		require(2 * (PROCESS_LOCK + 1));
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
	 * Fail now rather than in an uncontended release of a thread lock: one frame, because
	 * each acquisition pays for it. Interpreted, that release needs less than 1.5 KiB,
	 * and a caller that was compiled takes up to one more when it is interpreted again.
	 * @param changing a number that takes other values modulo 4,096 from call to call
	 * @throws StackOverflowError if the stack is almost used up
	 */
	public static void requireForRelease(int changing) {
		if (descend(0, changing) == 0) {
			throw new AssertionError("an odd number is not zero");
		}
	}

	private static void require(int frames) {
		if (descend(frames, ThreadLocalRandom.current().nextInt()) == 0) {
			throw new AssertionError("an odd number is not zero");
		}
	}

	private static long descend(int depth, long x) {
		if (depth > 0) {
			return descend(depth - 1, x) | 1;
		}
		if ((x & SELDOM) != 0) {
			return x | 1;
		}
		long r;
		long v000 = x >>> 0, v001 = x >>> 1, v002 = x >>> 2, v003 = x >>> 3, v004 = x >>> 4, v005 = x >>> 5;
		long v006 = x >>> 6, v007 = x >>> 7, v008 = x >>> 8, v009 = x >>> 9, v010 = x >>> 10, v011 = x >>> 11;
		long v012 = x >>> 12, v013 = x >>> 13, v014 = x >>> 14, v015 = x >>> 15, v016 = x >>> 16;
		long v017 = x >>> 17, v018 = x >>> 18, v019 = x >>> 19, v020 = x >>> 20, v021 = x >>> 21;
		long v022 = x >>> 22, v023 = x >>> 23, v024 = x >>> 24, v025 = x >>> 25, v026 = x >>> 26;
		long v027 = x >>> 27, v028 = x >>> 28, v029 = x >>> 29, v030 = x >>> 30, v031 = x >>> 31;
		long v032 = x >>> 32, v033 = x >>> 33, v034 = x >>> 34, v035 = x >>> 35, v036 = x >>> 36;
		long v037 = x >>> 37, v038 = x >>> 38, v039 = x >>> 39, v040 = x >>> 40, v041 = x >>> 41;
		long v042 = x >>> 42, v043 = x >>> 43, v044 = x >>> 44, v045 = x >>> 45, v046 = x >>> 46;
		long v047 = x >>> 47, v048 = x >>> 48, v049 = x >>> 49, v050 = x >>> 50, v051 = x >>> 51;
		long v052 = x >>> 52, v053 = x >>> 53, v054 = x >>> 54, v055 = x >>> 55, v056 = x >>> 56;
		long v057 = x >>> 57, v058 = x >>> 58, v059 = x >>> 59, v060 = x >>> 60, v061 = x << 1, v062 = x << 2;
		long v063 = x << 3, v064 = x << 4, v065 = x << 5, v066 = x << 6, v067 = x << 7, v068 = x << 8;
		long v069 = x << 9, v070 = x << 10, v071 = x << 11, v072 = x << 12, v073 = x << 13, v074 = x << 14;
		long v075 = x << 15, v076 = x << 16, v077 = x << 17, v078 = x << 18, v079 = x << 19, v080 = x << 20;
		long v081 = x << 21, v082 = x << 22, v083 = x << 23, v084 = x << 24, v085 = x << 25, v086 = x << 26;
		long v087 = x << 27, v088 = x << 28, v089 = x << 29, v090 = x << 30, v091 = x << 31, v092 = x << 32;
		long v093 = x << 33, v094 = x << 34, v095 = x << 35, v096 = x << 36, v097 = x << 37, v098 = x << 38;
		long v099 = x << 39, v100 = x << 40, v101 = x << 41, v102 = x << 42, v103 = x << 43, v104 = x << 44;
		long v105 = x << 45, v106 = x << 46, v107 = x << 47, v108 = x << 48, v109 = x << 49, v110 = x << 50;
		long v111 = x << 51, v112 = x << 52, v113 = x << 53, v114 = x << 54, v115 = x << 55, v116 = x << 56;
		long v117 = x << 57, v118 = x << 58, v119 = x << 59, v120 = x << 60, v121 = x << 61, v122 = x << 62;
		long v123 = x << 63, v124 = (x >>> 0) + 1, v125 = (x >>> 1) + 1, v126 = (x >>> 2) + 1;
		long v127 = (x >>> 3) + 1, v128 = (x >>> 4) + 1, v129 = (x >>> 5) + 1, v130 = (x >>> 6) + 1;
		long v131 = (x >>> 7) + 1, v132 = (x >>> 8) + 1, v133 = (x >>> 9) + 1, v134 = (x >>> 10) + 1;
		long v135 = (x >>> 11) + 1, v136 = (x >>> 12) + 1, v137 = (x >>> 13) + 1, v138 = (x >>> 14) + 1;
		long v139 = (x >>> 15) + 1, v140 = (x >>> 16) + 1, v141 = (x >>> 17) + 1, v142 = (x >>> 18) + 1;
		long v143 = (x >>> 19) + 1, v144 = (x >>> 20) + 1, v145 = (x >>> 21) + 1, v146 = (x >>> 22) + 1;
		long v147 = (x >>> 23) + 1, v148 = (x >>> 24) + 1, v149 = (x >>> 25) + 1, v150 = (x >>> 26) + 1;
		long v151 = (x >>> 27) + 1, v152 = (x >>> 28) + 1, v153 = (x >>> 29) + 1, v154 = (x >>> 30) + 1;
		long v155 = (x >>> 31) + 1, v156 = (x >>> 32) + 1, v157 = (x >>> 33) + 1, v158 = (x >>> 34) + 1;
		long v159 = (x >>> 35) + 1, v160 = (x >>> 36) + 1, v161 = (x >>> 37) + 1, v162 = (x >>> 38) + 1;
		long v163 = (x >>> 39) + 1, v164 = (x >>> 40) + 1, v165 = (x >>> 41) + 1, v166 = (x >>> 42) + 1;
		long v167 = (x >>> 43) + 1, v168 = (x >>> 44) + 1, v169 = (x >>> 45) + 1, v170 = (x >>> 46) + 1;
		long v171 = (x >>> 47) + 1, v172 = (x >>> 48) + 1, v173 = (x >>> 49) + 1, v174 = (x >>> 50) + 1;
		long v175 = (x >>> 51) + 1, v176 = (x >>> 52) + 1, v177 = (x >>> 53) + 1, v178 = (x >>> 54) + 1;
		long v179 = (x >>> 55) + 1, v180 = (x >>> 56) + 1, v181 = (x >>> 57) + 1, v182 = (x >>> 58) + 1;
		long v183 = (x >>> 59) + 1, v184 = (x >>> 60) + 1, v185 = (x << 1) + 1, v186 = (x << 2) + 1;
		long v187 = (x << 3) + 1, v188 = (x << 4) + 1, v189 = (x << 5) + 1, v190 = (x << 6) + 1;
		long v191 = (x << 7) + 1, v192 = (x << 8) + 1, v193 = (x << 9) + 1, v194 = (x << 10) + 1;
		long v195 = (x << 11) + 1, v196 = (x << 12) + 1, v197 = (x << 13) + 1, v198 = (x << 14) + 1;
		long v199 = (x << 15) + 1, v200 = (x << 16) + 1, v201 = (x << 17) + 1, v202 = (x << 18) + 1;
		long v203 = (x << 19) + 1, v204 = (x << 20) + 1, v205 = (x << 21) + 1, v206 = (x << 22) + 1;
		long v207 = (x << 23) + 1, v208 = (x << 24) + 1, v209 = (x << 25) + 1, v210 = (x << 26) + 1;
		long v211 = (x << 27) + 1, v212 = (x << 28) + 1, v213 = (x << 29) + 1, v214 = (x << 30) + 1;
		long v215 = (x << 31) + 1, v216 = (x << 32) + 1, v217 = (x << 33) + 1, v218 = (x << 34) + 1;
		long v219 = (x << 35) + 1, v220 = (x << 36) + 1, v221 = (x << 37) + 1, v222 = (x << 38) + 1;
		long v223 = (x << 39) + 1, v224 = (x << 40) + 1, v225 = (x << 41) + 1, v226 = (x << 42) + 1;
		long v227 = (x << 43) + 1, v228 = (x << 44) + 1, v229 = (x << 45) + 1, v230 = (x << 46) + 1;
		long v231 = (x << 47) + 1, v232 = (x << 48) + 1, v233 = (x << 49) + 1, v234 = (x << 50) + 1;
		long v235 = (x << 51) + 1, v236 = (x << 52) + 1, v237 = (x << 53) + 1, v238 = (x << 54) + 1;
		long v239 = (x << 55) + 1, v240 = (x << 56) + 1, v241 = (x << 57) + 1, v242 = (x << 58) + 1;
		long v243 = (x << 59) + 1, v244 = (x << 60) + 1, v245 = (x << 61) + 1, v246 = (x << 62) + 1;
		long v247 = (x << 63) + 1, v248 = (x >>> 0) + 2, v249 = (x >>> 1) + 2, v250 = (x >>> 2) + 2;
		long v251 = (x >>> 3) + 2, v252 = (x >>> 4) + 2, v253 = (x >>> 5) + 2, v254 = (x >>> 6) + 2;
		long v255 = (x >>> 7) + 2, v256 = (x >>> 8) + 2, v257 = (x >>> 9) + 2, v258 = (x >>> 10) + 2;
		long v259 = (x >>> 11) + 2, v260 = (x >>> 12) + 2, v261 = (x >>> 13) + 2, v262 = (x >>> 14) + 2;
		long v263 = (x >>> 15) + 2, v264 = (x >>> 16) + 2, v265 = (x >>> 17) + 2, v266 = (x >>> 18) + 2;
		long v267 = (x >>> 19) + 2, v268 = (x >>> 20) + 2, v269 = (x >>> 21) + 2, v270 = (x >>> 22) + 2;
		long v271 = (x >>> 23) + 2, v272 = (x >>> 24) + 2, v273 = (x >>> 25) + 2, v274 = (x >>> 26) + 2;
		long v275 = (x >>> 27) + 2, v276 = (x >>> 28) + 2, v277 = (x >>> 29) + 2, v278 = (x >>> 30) + 2;
		long v279 = (x >>> 31) + 2, v280 = (x >>> 32) + 2, v281 = (x >>> 33) + 2, v282 = (x >>> 34) + 2;
		long v283 = (x >>> 35) + 2, v284 = (x >>> 36) + 2, v285 = (x >>> 37) + 2, v286 = (x >>> 38) + 2;
		long v287 = (x >>> 39) + 2, v288 = (x >>> 40) + 2, v289 = (x >>> 41) + 2, v290 = (x >>> 42) + 2;
		long v291 = (x >>> 43) + 2, v292 = (x >>> 44) + 2, v293 = (x >>> 45) + 2, v294 = (x >>> 46) + 2;
		long v295 = (x >>> 47) + 2, v296 = (x >>> 48) + 2, v297 = (x >>> 49) + 2, v298 = (x >>> 50) + 2;
		long v299 = (x >>> 51) + 2, v300 = (x >>> 52) + 2, v301 = (x >>> 53) + 2, v302 = (x >>> 54) + 2;
		long v303 = (x >>> 55) + 2, v304 = (x >>> 56) + 2, v305 = (x >>> 57) + 2, v306 = (x >>> 58) + 2;
		long v307 = (x >>> 59) + 2, v308 = (x >>> 60) + 2, v309 = (x << 1) + 2, v310 = (x << 2) + 2;
		long v311 = (x << 3) + 2, v312 = (x << 4) + 2, v313 = (x << 5) + 2, v314 = (x << 6) + 2;
		long v315 = (x << 7) + 2, v316 = (x << 8) + 2, v317 = (x << 9) + 2, v318 = (x << 10) + 2;
		long v319 = (x << 11) + 2, v320 = (x << 12) + 2, v321 = (x << 13) + 2, v322 = (x << 14) + 2;
		long v323 = (x << 15) + 2, v324 = (x << 16) + 2, v325 = (x << 17) + 2, v326 = (x << 18) + 2;
		long v327 = (x << 19) + 2, v328 = (x << 20) + 2, v329 = (x << 21) + 2, v330 = (x << 22) + 2;
		long v331 = (x << 23) + 2, v332 = (x << 24) + 2, v333 = (x << 25) + 2, v334 = (x << 26) + 2;
		long v335 = (x << 27) + 2, v336 = (x << 28) + 2, v337 = (x << 29) + 2, v338 = (x << 30) + 2;
		long v339 = (x << 31) + 2, v340 = (x << 32) + 2, v341 = (x << 33) + 2, v342 = (x << 34) + 2;
		long v343 = (x << 35) + 2, v344 = (x << 36) + 2, v345 = (x << 37) + 2, v346 = (x << 38) + 2;
		long v347 = (x << 39) + 2, v348 = (x << 40) + 2, v349 = (x << 41) + 2, v350 = (x << 42) + 2;
		long v351 = (x << 43) + 2, v352 = (x << 44) + 2, v353 = (x << 45) + 2, v354 = (x << 46) + 2;
		long v355 = (x << 47) + 2, v356 = (x << 48) + 2, v357 = (x << 49) + 2, v358 = (x << 50) + 2;
		long v359 = (x << 51) + 2, v360 = (x << 52) + 2, v361 = (x << 53) + 2, v362 = (x << 54) + 2;
		long v363 = (x << 55) + 2, v364 = (x << 56) + 2, v365 = (x << 57) + 2, v366 = (x << 58) + 2;
		long v367 = (x << 59) + 2, v368 = (x << 60) + 2, v369 = (x << 61) + 2, v370 = (x << 62) + 2;
		long v371 = (x << 63) + 2, v372 = (x >>> 0) + 3, v373 = (x >>> 1) + 3, v374 = (x >>> 2) + 3;
		long v375 = (x >>> 3) + 3, v376 = (x >>> 4) + 3, v377 = (x >>> 5) + 3, v378 = (x >>> 6) + 3;
		long v379 = (x >>> 7) + 3, v380 = (x >>> 8) + 3, v381 = (x >>> 9) + 3, v382 = (x >>> 10) + 3;
		long v383 = (x >>> 11) + 3, v384 = (x >>> 12) + 3, v385 = (x >>> 13) + 3, v386 = (x >>> 14) + 3;
		long v387 = (x >>> 15) + 3, v388 = (x >>> 16) + 3, v389 = (x >>> 17) + 3, v390 = (x >>> 18) + 3;
		long v391 = (x >>> 19) + 3, v392 = (x >>> 20) + 3, v393 = (x >>> 21) + 3, v394 = (x >>> 22) + 3;
		long v395 = (x >>> 23) + 3, v396 = (x >>> 24) + 3, v397 = (x >>> 25) + 3, v398 = (x >>> 26) + 3;
		long v399 = (x >>> 27) + 3, v400 = (x >>> 28) + 3, v401 = (x >>> 29) + 3, v402 = (x >>> 30) + 3;
		long v403 = (x >>> 31) + 3, v404 = (x >>> 32) + 3, v405 = (x >>> 33) + 3, v406 = (x >>> 34) + 3;
		long v407 = (x >>> 35) + 3, v408 = (x >>> 36) + 3, v409 = (x >>> 37) + 3, v410 = (x >>> 38) + 3;
		long v411 = (x >>> 39) + 3, v412 = (x >>> 40) + 3, v413 = (x >>> 41) + 3, v414 = (x >>> 42) + 3;
		long v415 = (x >>> 43) + 3, v416 = (x >>> 44) + 3, v417 = (x >>> 45) + 3, v418 = (x >>> 46) + 3;
		long v419 = (x >>> 47) + 3, v420 = (x >>> 48) + 3, v421 = (x >>> 49) + 3, v422 = (x >>> 50) + 3;
		long v423 = (x >>> 51) + 3, v424 = (x >>> 52) + 3, v425 = (x >>> 53) + 3, v426 = (x >>> 54) + 3;
		long v427 = (x >>> 55) + 3, v428 = (x >>> 56) + 3, v429 = (x >>> 57) + 3, v430 = (x >>> 58) + 3;
		long v431 = (x >>> 59) + 3, v432 = (x >>> 60) + 3, v433 = (x << 1) + 3, v434 = (x << 2) + 3;
		long v435 = (x << 3) + 3, v436 = (x << 4) + 3, v437 = (x << 5) + 3, v438 = (x << 6) + 3;
		long v439 = (x << 7) + 3, v440 = (x << 8) + 3, v441 = (x << 9) + 3, v442 = (x << 10) + 3;
		long v443 = (x << 11) + 3, v444 = (x << 12) + 3, v445 = (x << 13) + 3, v446 = (x << 14) + 3;
		long v447 = (x << 15) + 3;
		r = descend(0, 1);
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
		r += (r ^ v259) + (r ^ v260) + (r ^ v261) + (r ^ v262) + (r ^ v263) + (r ^ v264) + (r ^ v265);
		r += (r ^ v266) + (r ^ v267) + (r ^ v268) + (r ^ v269) + (r ^ v270) + (r ^ v271) + (r ^ v272);
		r += (r ^ v273) + (r ^ v274) + (r ^ v275) + (r ^ v276) + (r ^ v277) + (r ^ v278) + (r ^ v279);
		r += (r ^ v280) + (r ^ v281) + (r ^ v282) + (r ^ v283) + (r ^ v284) + (r ^ v285) + (r ^ v286);
		r += (r ^ v287) + (r ^ v288) + (r ^ v289) + (r ^ v290) + (r ^ v291) + (r ^ v292) + (r ^ v293);
		r += (r ^ v294) + (r ^ v295) + (r ^ v296) + (r ^ v297) + (r ^ v298) + (r ^ v299) + (r ^ v300);
		r += (r ^ v301) + (r ^ v302) + (r ^ v303) + (r ^ v304) + (r ^ v305) + (r ^ v306) + (r ^ v307);
		r += (r ^ v308) + (r ^ v309) + (r ^ v310) + (r ^ v311) + (r ^ v312) + (r ^ v313) + (r ^ v314);
		r += (r ^ v315) + (r ^ v316) + (r ^ v317) + (r ^ v318) + (r ^ v319) + (r ^ v320) + (r ^ v321);
		r += (r ^ v322) + (r ^ v323) + (r ^ v324) + (r ^ v325) + (r ^ v326) + (r ^ v327) + (r ^ v328);
		r += (r ^ v329) + (r ^ v330) + (r ^ v331) + (r ^ v332) + (r ^ v333) + (r ^ v334) + (r ^ v335);
		r += (r ^ v336) + (r ^ v337) + (r ^ v338) + (r ^ v339) + (r ^ v340) + (r ^ v341) + (r ^ v342);
		r += (r ^ v343) + (r ^ v344) + (r ^ v345) + (r ^ v346) + (r ^ v347) + (r ^ v348) + (r ^ v349);
		r += (r ^ v350) + (r ^ v351) + (r ^ v352) + (r ^ v353) + (r ^ v354) + (r ^ v355) + (r ^ v356);
		r += (r ^ v357) + (r ^ v358) + (r ^ v359) + (r ^ v360) + (r ^ v361) + (r ^ v362) + (r ^ v363);
		r += (r ^ v364) + (r ^ v365) + (r ^ v366) + (r ^ v367) + (r ^ v368) + (r ^ v369) + (r ^ v370);
		r += (r ^ v371) + (r ^ v372) + (r ^ v373) + (r ^ v374) + (r ^ v375) + (r ^ v376) + (r ^ v377);
		r += (r ^ v378) + (r ^ v379) + (r ^ v380) + (r ^ v381) + (r ^ v382) + (r ^ v383) + (r ^ v384);
		r += (r ^ v385) + (r ^ v386) + (r ^ v387) + (r ^ v388) + (r ^ v389) + (r ^ v390) + (r ^ v391);
		r += (r ^ v392) + (r ^ v393) + (r ^ v394) + (r ^ v395) + (r ^ v396) + (r ^ v397) + (r ^ v398);
		r += (r ^ v399) + (r ^ v400) + (r ^ v401) + (r ^ v402) + (r ^ v403) + (r ^ v404) + (r ^ v405);
		r += (r ^ v406) + (r ^ v407) + (r ^ v408) + (r ^ v409) + (r ^ v410) + (r ^ v411) + (r ^ v412);
		r += (r ^ v413) + (r ^ v414) + (r ^ v415) + (r ^ v416) + (r ^ v417) + (r ^ v418) + (r ^ v419);
		r += (r ^ v420) + (r ^ v421) + (r ^ v422) + (r ^ v423) + (r ^ v424) + (r ^ v425) + (r ^ v426);
		r += (r ^ v427) + (r ^ v428) + (r ^ v429) + (r ^ v430) + (r ^ v431) + (r ^ v432) + (r ^ v433);
		r += (r ^ v434) + (r ^ v435) + (r ^ v436) + (r ^ v437) + (r ^ v438) + (r ^ v439) + (r ^ v440);
		r += (r ^ v441) + (r ^ v442) + (r ^ v443) + (r ^ v444) + (r ^ v445) + (r ^ v446) + (r ^ v447);
		return r | 1;
	}

}
