package org.fasteners.process.file;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Where in a lock file the lock of a key is. The first 59 bits of the SHA-256 of the
 * key's UTF-8 choose one of as many ranges of eight bytes, which begin at 1 MiB. Two keys
 * of one hash (among a million keys: one chance in a million) only wait for one another.
 * <p>
 * Other languages may use the same locks by the same rule, so it must not change.
 */
final class KeyRange {

	private static final long FIRST = 1L << 20;

	private static final int SIZE = 8;

	private static final int HASH_BITS = 59;

	private KeyRange() {
	}

	/**
	 * Which of a number of equal slices of all ranges one is in.
	 * @param first the first byte of the range
	 * @param slices how many, a power of two
	 */
	static int slice(long first, int slices) {
		long hash = (first - FIRST) / SIZE;
		return (int) (hash >>> (HASH_BITS - Integer.numberOfTrailingZeros(slices)));
	}

	/**
	 * The first byte of the range of a key.
	 * @throws IllegalArgumentException if the key has a lone surrogate, and so is no text
	 */
	static long first(String key) {
		try {
			ByteBuffer text = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(key));
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(text);
			long hash = ByteBuffer.wrap(digest.digest()).getLong() >>> (Long.SIZE - HASH_BITS);
			return FIRST + SIZE * hash;
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("A key must be text, but this one has a lone surrogate", ex);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

}
