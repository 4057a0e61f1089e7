# Runs redis-server for one TestRedis, and sees to it that neither the server nor its directory outlives the JVM.
#
#   sh -c "$(cat watchdog.sh)" watchdog DIRECTORY SERVER ARGUMENT...
#
# Standard input is a pipe whose only write end is in the JVM. It closes when the JVM closes it or dies, be it by
# kill -9: then the server is killed (a stopped one too: SIGKILL needs no SIGCONT) and the directory removed.
# A line on it, after "ended", means: run the server again. Standard output tells "started PID" and "ended STATUS".

# Signals sent to the terminal's or the build's whole process group must not end the one that cleans up. PIPE, because
# nobody reads what it tells once the JVM is dead.
trap '' HUP INT QUIT TERM PIPE

directory=$1
shift
# The pipe moves to 3, out of the reach of whatever reads standard input; the server gets neither.
exec 3<&0 </dev/null

while :; do
  exec "$@" 3<&- >>"$directory/redis.log" 2>&1 &
  server=$!
  # The guard is the shell's own read, not a cat, so that killing it leaves no process behind.
  (read -r line <&3; kill -KILL "$server") >/dev/null 2>&1 &
  guard=$!
  echo "started $server"
  wait "$server"
  status=$?
  # Before anything else may get the server's PID.
  kill -KILL "$guard"
  wait "$guard"
  echo "ended $status"
  read -r line <&3 || break
done

rm -rf "$directory"
