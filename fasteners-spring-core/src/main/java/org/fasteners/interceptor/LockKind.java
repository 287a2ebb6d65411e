package org.fasteners.interceptor;

import java.lang.annotation.Annotation;

import org.fasteners.LockMode;
import org.fasteners.annotation.InterProcessLimited;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.InterProcessWriteLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;

/**
 * What the annotations have in common and what tells them apart.
 */
enum LockKind {

	LOCKED(Locked.class, false, LockMode.EXCLUSIVE),

	READ_LOCKED(ReadLocked.class, false, LockMode.SHARED),

	WRITE_LOCKED(WriteLocked.class, false, LockMode.EXCLUSIVE),

	INTER_PROCESS_LOCKED(InterProcessLocked.class, true, LockMode.EXCLUSIVE),

	INTER_PROCESS_READ_LOCKED(InterProcessReadLocked.class, true, LockMode.SHARED),

	INTER_PROCESS_WRITE_LOCKED(InterProcessWriteLocked.class, true, LockMode.EXCLUSIVE),

	/** Takes a permit instead of a lock. */
	INTER_PROCESS_LIMITED(InterProcessLimited.class, true, LockMode.SHARED);

	private final Class<? extends Annotation> annotation;

	private final boolean interProcess;

	private final LockMode mode;

	LockKind(Class<? extends Annotation> annotation, boolean interProcess, LockMode mode) {
		this.annotation = annotation;
		this.interProcess = interProcess;
		this.mode = mode;
	}

	Class<? extends Annotation> annotation() {
		return this.annotation;
	}

	boolean interProcess() {
		return this.interProcess;
	}

	LockMode mode() {
		return this.mode;
	}

}
