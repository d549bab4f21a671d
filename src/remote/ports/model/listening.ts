import { createLimits } from '../../../core/sandbox/rules';

/** A port on which a program in a sandbox listens. */
export interface ListeningPort {
  readonly port: number;
  /** Name of the program, where it can be read. */
  readonly program?: string;
  /** Whether a tunnel reaches it: those lead to 127.0.0.1 (API reference section 3.8). */
  readonly isReachable: boolean;
}

/**
 * Prints what `readListening` parses: `L address inode` of each listening socket, and `P inode name` of each process
 * that holds one. The sandboxes of a local emulator share the sockets of the machine; there `M` comes first, and only
 * processes with the mark that those of one sandbox inherit are looked at.
 */
export const listeningScript = `
m=\${TENSORLAKE_UNIT%%.*}
i=' '
for t in tcp tcp6; do
  while read -r _ a _ s _ _ _ _ _ n _; do
    [ "$s" = 0A ] || continue
    echo "L $a $n"
    i="$i$n "
  done </proc/net/$t
done 2>/dev/null
f=$(echo /proc/[0-9]*/fd)
if [ -n "$m" ]; then
  echo M
  f=$(grep -ls "TENSORLAKE_UNIT=$m[.]" /proc/[0-9]*/environ | sed 's,environ$,fd,')
fi
ls -l /proc/self/fd $f 2>/dev/null | while read -r l; do
  case $l in
    /proc/*/fd:) d=\${l%/fd:} ;;
    *'socket:['*)
      n=\${l##*'socket:['}
      n=\${n%%]*}
      case $i in *" $n "*)
        c=
        read -r c <"$d/comm"
        echo "P $n $c"
      esac ;;
  esac
done 2>/dev/null
:`;

/** More than this is not shown. */
export const mostPorts = 200;

/** Reads the output of `listeningScript`, which a sandbox may have made up. Sorted by port. */
export function readListening(output: string): readonly ListeningPort[] {
  const lines = output.split('\n');
  const isShared = lines.includes('M');
  const programs = new Map<string, string>();
  for (const line of lines) {
    const [, inode, program = ''] = /^P (\d+) ?(.*)$/.exec(line) ?? [];
    if (inode !== undefined) programs.set(inode, program);
  }
  const found = new Map<number, ListeningPort>();
  for (const line of lines) {
    const [, address = '', hex = '', inode = ''] =
      /^L ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) (\d+)$/.exec(line) ?? [];
    const port = Number.parseInt(hex, 16);
    const program = programs.get(inode);
    if (!(port > 0) || port === createLimits.managementPort) continue;
    if (isShared && program === undefined) continue;
    const isReachable = reachable.has(address);
    if (found.get(port)?.isReachable === true && !isReachable) continue;
    if (found.size >= mostPorts && !found.has(port)) continue;
    found.set(port, { port, isReachable, ...(program !== undefined && program !== '' && { program }) });
  }
  return [...found.values()].sort((a, b) => a.port - b.port);
}

/** Addresses on which 127.0.0.1 arrives, in the byte order of `/proc/net`: itself, 0.0.0.0, `::`, and both as IPv6. */
const reachable: ReadonlySet<string> = new Set([
  '0100007F',
  '00000000',
  '0'.repeat(32),
  '0000000000000000FFFF00000100007F',
  '0000000000000000FFFF000000000000',
]);
