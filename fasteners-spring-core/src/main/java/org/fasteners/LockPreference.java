package org.fasteners;

/**
 * Who goes first when readers and writers wait for the same lock. Owners that hold
 * already may always re-enter. {@link java.util.concurrent.locks.Lock#tryLock()} without
 * a time may overtake under every preference, as its contract says; an attempt by
 * {@code tryAcquire} never does.
 */
public enum LockPreference {

	/**
	 * Writers before readers: a waiting writer holds back new readers. Writers are served
	 * in the order of their arrival, except that a running thread may overtake the first
	 * of them, at most 1,048,576 times, because a strict hand-over costs a context switch
	 * per acquisition. No writer starves; readers can, under an unbroken stream of
	 * writers.
	 */
	WRITER,

	/**
	 * Readers never wait for waiting writers. No reader starves; writers can, under
	 * readers that overlap without end.
	 */
	READER,

	/**
	 * Readers and writers take turns (phase-fair), writers strictly in the order of their
	 * arrival: all readers that waited while one writer wrote go before the next writer.
	 * Nobody overtakes and nobody starves.
	 */
	FAIR

}
