# Goes behind the example of docs/keyed-locks.md: obeys orders as JavaPeer does.
import sys

file = open(sys.argv[1], "r+b")
held = contextlib.ExitStack()
print("ready", flush=True)
for order in sys.stdin:
    command, key = order.rstrip("\n").split(" ", 1)
    if command == "lock":
        held.enter_context(locked(file, key))
    else:
        held.close()
    print("done", flush=True)
