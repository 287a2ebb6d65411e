#!/usr/bin/env python3
"""Print how often who, whoever, somebody, nobody, anybody and everybody occur per 1,000 words of comments, of each module and of the docs."""
import pathlib
import re
import subprocess

BANNED = re.compile(r"\b(who|whoever|somebody|nobody|anybody|everybody)\b", re.IGNORECASE)
SLASHES = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|(/\*[\s\S]*?\*/|//[^\n]*)')
HASHES = re.compile(r'("""[\s\S]*?""")|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|((?:^|(?<=\s))#[^\n]*)', re.MULTILINE)
COMMENTS = {".java": SLASHES, ".c": SLASHES, ".py": HASHES, ".sh": HASHES, ".yml": HASHES, ".properties": HASHES,
            ".xml": re.compile(r"(<!--[\s\S]*?-->)"), ".md": re.compile(r"([\s\S]+)")}

counts = {}
root = pathlib.Path(__file__).resolve().parent.parent
for name in subprocess.check_output(["git", "ls-files"], cwd=root, text=True).splitlines():
    path = root / name
    if path.suffix in COMMENTS and path.is_file() and path != pathlib.Path(__file__).resolve():
        where = "docs" if path.suffix == ".md" else name.split("/")[0] if "/" in name else "root"
        texts = [group for match in COMMENTS[path.suffix].findall(path.read_text()) for group in ([match] if isinstance(match, str) else match)]
        count = counts.setdefault(where, [0, 0])
        count[0] += sum(len(BANNED.findall(text)) for text in texts)
        count[1] += sum(len(re.findall(r"[A-Za-z][\w'-]*", text)) for text in texts)
counts["all"] = [sum(column) for column in zip(*counts.values())]
for where, (banned, words) in sorted(counts.items()):
    print(f"{where:32}{banned:6} of {words:7,} words {1000 * banned / max(words, 1):6.2f} per 1,000")
