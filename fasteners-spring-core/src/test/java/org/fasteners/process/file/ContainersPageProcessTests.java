package org.fasteners.process.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pods of {@code docs/containers.md} lock: their numbers are applied to processes at
 * directories that have the owner and mode of their volumes. Needs the sources.
 */
@Timeout(120)
class ContainersPageProcessTests {

	private static final Pattern POD = Pattern.compile("```yaml\n(apiVersion: v1\nkind: Pod\n.*?)```", Pattern.DOTALL);

	private static final int OTHER_USER = 10777;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@Test
	void processesWithTheNumbersOfThePodsShareTheirVolumes() throws Exception {
		List<String> pods = POD.matcher(Files.readString(Path.of("..", "docs", "containers.md")))
			.results()
			.map((result) -> result.group(1))
			.toList();
		assertThat(pods).hasSize(2);
		for (String pod : pods) {
			Path home = Files.createDirectory(this.temp.toRealPath().resolve("pod" + pods.indexOf(pod)));
			Nobody.command(home);
			Path volume = volume(pod, home.resolve("volume"));
			LockDirectoryAccess access = LockDirectoryAccess
				.valueOf(variable(pod, "FASTENERS_PROCESS_ACCESS").toUpperCase(Locale.ROOT));
			Path locks = locks(pod, volume);
			assertShare(user(pod, number(pod, "runAsUser")), user(pod, OTHER_USER), access, home, locks);
		}
	}

	@Test
	void podsOfOneUserShareASubdirectoryOfAVolume() throws Exception {
		String pod = POD.matcher(Files.readString(Path.of("..", "docs", "containers.md")))
			.results()
			.map((result) -> result.group(1))
			.filter((candidate) -> candidate.contains("persistentVolumeClaim:"))
			.findFirst()
			.orElseThrow();
		Path home = Files.createDirectory(this.temp.toRealPath().resolve("home"));
		Nobody.command(home);
		Path locks = volume(pod, home.resolve("volume")).resolve("box-office");
		List<String> user = user(pod, number(pod, "runAsUser"));
		assertShare(user, user, LockDirectoryAccess.OWNER, home, locks);
	}

	/** What is set for the pods is what a refusal offers, and nothing that is refused. */
	@Test
	void aRefusalOffersWhatIsAcceptedForTheVolume() throws Exception {
		Path home = Files.createDirectory(this.temp.toRealPath().resolve("home"));
		Nobody.command(home);
		List<String> user = List.of("setpriv", "--reuid", "10001", "--regid", "10001", "--groups", "20001");
		for (int mode : List.of(0777, 02777, 02775, 0775)) {
			Path volume = Files.createDirectory(home.resolve("volume" + mode));
			Files.setAttribute(volume, "unix:gid", 20001);
			Files.setAttribute(volume, "unix:mode", mode);
			try (Peer peer = Peer.program(Nobody.faultyPeer(user, LockDirectoryAccess.OWNER, home, volume, "later"))) {
				String refusal = peer.tell("pair x");
				assertThat(refusal).startsWith("LockDirectoryException: ").contains("Let root run chmod ");
				switch (mode) {
					case 0777, 02777 -> assertThat(refusal).contains("access to anyone").doesNotContain("subdirectory");
					case 02775 -> assertThat(refusal).contains("access to group or anyone", "subdirectory");
					default -> assertThat(refusal).contains("access to anyone", "subdirectory");
				}
			}
			assertThat(volume).isEmptyDirectory();
		}
	}

	private static void assertShare(List<String> user, List<String> other, LockDirectoryAccess access, Path home,
			Path locks) throws Exception {
		try (Peer one = Peer.program(Nobody.faultyPeer(user, access, home, locks, "later"));
				Peer two = Peer.program(Nobody.faultyPeer(other, access, home, locks, "later"))) {
			one.order("lock shows/hamlet EXCLUSIVE");
			assertThat(two.tell("try shows/hamlet EXCLUSIVE 0")).isEqualTo("false");
			one.order("unlock");
			assertThat(two.tell("try shows/hamlet EXCLUSIVE 0")).isEqualTo("true");
		}
	}

	/** As Kubernetes makes it: fsGroup adds the group, its permissions and its bit. */
	private static Path volume(String pod, Path volume) throws Exception {
		Files.createDirectory(volume);
		Files.setAttribute(volume, "unix:gid", number(pod, "fsGroup"));
		Files.setAttribute(volume, "unix:mode", pod.contains("persistentVolumeClaim:") ? 02775 : 02777);
		return volume;
	}

	private static Path locks(String pod, Path volume) {
		Path mount = Path.of(find(pod, "- name: locks\\s+mountPath: (\\S+)").group(1));
		return volume.resolve(mount.relativize(Path.of(variable(pod, "FASTENERS_LOCKDIRECTORY")))).normalize();
	}

	private static List<String> user(String pod, int number) {
		List<String> command = new ArrayList<>(List.of("setpriv", "--reuid", String.valueOf(number), "--regid"));
		command.add(String.valueOf(number(pod, "runAsGroup")));
		command.addAll(List.of("--groups", String.valueOf(number(pod, "fsGroup")), "--no-new-privs"));
		return command;
	}

	private static int number(String pod, String name) {
		return Integer.parseInt(find(pod, "\\b" + name + ": (\\d+)\n").group(1));
	}

	private static String variable(String pod, String name) {
		return find(pod, "- name: " + name + "\\s+value: (\\S+)").group(1);
	}

	private static MatchResult find(String pod, String pattern) {
		Matcher matcher = Pattern.compile(pattern).matcher(pod);
		assertThat(matcher.find()).as(pattern).isTrue();
		return matcher.toMatchResult();
	}

}
