package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * {@link ProcessUser}.
 */
class ProcessUserTests {

	private static final int OVERFLOW = 65534;

	private static final List<String> ALL = List.of("         0          0 4294967295");

	@Test
	void itIsTheUserThatCreatesFiles(@TempDir Path temp) throws IOException {
		ProcessUser user = ProcessUser.current();
		assumeThat(user).as("a system with /proc").isNotNull();
		FileStatus created = FileStatus.of(Files.createFile(temp.resolve("file")));
		assertThat(created.owner()).isEqualTo(Objects.requireNonNull(user).user());
		assertThat(created.group()).isEqualTo(user.group());
	}

	@Test
	void numbersOfTheFileSystemCountAndAllGroups() {
		ProcessUser user = user("Uid:\t1\t2\t3\t4294967294", "Gid:\t5\t6\t7\t8", "Groups:\t9 10 ", ALL);
		assertThat(user.user()).isEqualTo(-2);
		assertThat(user.group()).isEqualTo(8);
		assertThat(user.isMember(8)).isTrue();
		assertThat(user.isMember(10)).isTrue();
		assertThat(user.isMember(5)).isFalse();
		assertThat(user.isRoot()).isFalse();
		assertThat(user("Uid:\t0\t0\t0\t0", "Gid:\t0\t0\t0\t0", "Groups:", null).isRoot()).isTrue();
	}

	@Test
	void whereAllNumbersAreMappedTheOverflowNumberIsAUserLikeAnyOther() {
		ProcessUser user = nobody(ALL);
		assertThat(user.trusts(OVERFLOW)).isTrue();
		assertThat(user.isUnknownUser(OVERFLOW)).isFalse();
		assertThat(user.isMember(OVERFLOW)).isTrue();
		assertThat(nobody(null).trusts(OVERFLOW)).as("a kernel without user namespaces").isTrue();
	}

	@Test
	void elsewhereAnOwnerOfTheOverflowNumberIsUnknownAndNeverOneself() {
		for (List<String> map : List.of(List.<String>of(), List.of("0 100000 65536"), List.of("1000 1000 1"))) {
			ProcessUser user = nobody(map);
			assertThat(user.trusts(OVERFLOW)).isFalse();
			assertThat(user.isUnknownUser(OVERFLOW)).isTrue();
			assertThat(user.isMember(OVERFLOW)).isFalse();
			assertThat(user.trusts(0)).isTrue();
			assertThat(user.isUnknownUser(0)).isFalse();
		}
		ProcessUser user = user("Uid:\t7\t7\t7\t7", "Gid:\t7\t7\t7\t7", "Groups:", List.of("7 7 1"));
		assertThat(user.trusts(7)).isTrue();
		assertThat(user.trusts(OVERFLOW)).isFalse();
	}

	private static ProcessUser nobody(@Nullable List<String> map) {
		return user("Uid:\t65534\t65534\t65534\t65534", "Gid:\t65534\t65534\t65534\t65534", "Groups:\t65534 ", map);
	}

	private static ProcessUser user(String users, String group, String groups, @Nullable List<String> map) {
		return ProcessUser.of(List.of("Name:\tjava", users, group, groups), map, map, OVERFLOW, OVERFLOW);
	}

}
