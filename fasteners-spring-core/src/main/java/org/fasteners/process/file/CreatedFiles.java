package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Files that a thread has created at a path, and their descriptors.
 * <p>
 * Not thread-safe.
 */
final class CreatedFiles {

	/*-
	 * The descriptor of a file that was just created is as dangerous to close as any other
	 * (SharedFile): as soon as the file has a name, another thread of this JVM may lock it.
	 * So a file is not created by Files.createFile, which closes it at once. The descriptor
	 * is kept until another one of the file is open, of which the identity is known, and is
	 * closed under the mutex of that file. It is not known for sure of which file it is,
	 * and so is used for nothing else. If the file was replaced in between, or deleted as it
	 * was created, the descriptor is closed by SharedDevice.closeUnknown.
	 */

	private static final LinkOption[] NO_OPTIONS = {};

	private final Path path;

	private final List<AsynchronousFileChannel> channels = new ArrayList<>(1);

	CreatedFiles(Path path) {
		this.path = path;
	}

	/**
	 * Create the file.
	 * @throws java.nio.file.FileAlreadyExistsException if there is something at the path
	 */
	void create(Set<OpenOption> options, FileAttribute<?>... attributes) throws IOException {
		Set<OpenOption> all = new HashSet<>(options);
		all.add(StandardOpenOption.CREATE_NEW);
		this.channels.add(AsynchronousFileChannel.open(this.path, all, null, attributes));
	}

	int size() {
		return this.channels.size();
	}

	/**
	 * Close the descriptors of a file. To be called with its mutex.
	 * @param file a file, of which it is known that the channel is one of it
	 */
	void closeThoseOf(SharedFile file, AsynchronousFileChannel channel) throws IOException {
		for (AsynchronousFileChannel created : List.copyOf(this.channels)) {
			if (SharedDevice.areOfOneFile(created, channel)) {
				this.channels.remove(created);
				file.closeLater(created);
			}
		}
	}

	/**
	 * Close the others. To be called without any mutex.
	 * @param identity of a file that was at the path, {@code null} if there was none
	 * @return how many stay open, as it is not known of which file they are
	 */
	int closeRest(@Nullable Object identity) {
		int kept = 0;
		if (!this.channels.isEmpty()) {
			SharedDevice device = SharedDevice.of(String.valueOf((identity != null) ? identity : directory()));
			while (!this.channels.isEmpty()) {
				kept += device.closeUnknown(this.channels.remove(0)) ? 0 : 1;
			}
		}
		return kept;
	}

	private @Nullable Object directory() {
		try {
			return FileIdentity.of(Objects.requireNonNull(this.path.toAbsolutePath().getParent()), NO_OPTIONS);
		}
		catch (IOException ex) {
			return null;
		}
	}

}
