import { z } from 'zod';

/** Presets of switches: the server before the newest additions, and the open-source one. */
export type Age = 'older' | 'openSource';

interface Switch {
  /** The default first. Kept here too, since the schema puts values that look like numbers into ascending order. */
  readonly values: readonly [string, ...string[]];
  readonly about: string;
  readonly presets: Readonly<Partial<Record<Age, string>>>;
}

const switches = z.registry<Switch>();

function choice<const Value extends string>(
  values: readonly [Value, ...Value[]],
  about: string,
  presets: Readonly<Partial<Record<Age, Value>>> = {},
) {
  return z.enum(values).register(switches, { values, about, presets });
}

/** Points on which sources or servers of different age disagree (API reference sections 2, 6 and 7). */
const dialect = z.object({
  surface: choice(
    ['cloud', 'openSource'],
    'openSource: the routes, members, defaults and words of the open-source server, a project for each namespace, and no keys (kernel/openSource.ts)',
    { openSource: 'openSource' },
  ),
  snapshots: choice(
    ['resume', 'end'],
    'end: a snapshot ends its sandbox, which answers nothing meanwhile (2.10)',
    { openSource: 'end' },
  ),
  timeout: choice(
    ['idle', 'lifetime'],
    'lifetime: timeout_secs counts from the creation whatever goes to the sandbox, and 0 is no limit (2.8)',
    { openSource: 'lifetime' },
  ),
  follow: choice(
    ['whole', 'early'],
    'early: following output ends with the process, and what its pipe still held is only in the captured output (3.5)',
    { openSource: 'early' },
  ),
  mounts: choice(['lenient', 'strict'], 'strict: a mount with an unknown or false member is refused (2.13)', {
    older: 'strict',
  }),
  poolNetwork: choice(['keep', 'clear'], 'what PUT of a pool without network does to its policy (2.16)', {
    older: 'clear',
  }),
  claimFiles: choice(
    ['applied', 'ignored'],
    'ignored: a claim drops file_systems and leaves out claim_configuration_applied (2.16)',
    { older: 'ignored' },
  ),
  asyncCreate: choice(['known', 'ignored'], 'ignored: wait and max_pending_secs mean nothing (2.2)', {
    older: 'ignored',
  }),
  create: choice(['blocks', 'pending'], 'pending: create answers 200 at once with status pending (2.2)', {
    openSource: 'pending',
  }),
  identifiers: choice(['idOrName', 'idOnly'], 'idOnly: names do not resolve in paths (2.1)', {
    openSource: 'idOnly',
  }),
  rename: choice(['allowed', 'refused'], 'refused: PATCH takes no name (U16)'),
  suspendedName: choice(['400', '409'], 'status of a create whose name a suspended sandbox holds (U6)'),
  ephemeralIdle: choice(
    ['terminate', 'suspend'],
    'what the idle timeout does to a sandbox without a name (U7)',
  ),
  errors: choice(
    ['message', 'error'],
    'error: errors of the control plane are in error instead of message (U5)',
  ),
  order: choice(
    ['newest', 'id'],
    'id: lists of sandboxes are in the order of ids instead of newest first (U13)',
    { openSource: 'id' },
  ),
  history: choice(['listed', 'archived'], 'archived: a terminated sandbox leaves the list at once (U13)'),
  runtime: choice(
    ['cloud-hypervisor', 'cloud_hypervisor', 'firecracker', 'gvisor'],
    'spelling of runtime (U15)',
  ),
  logTime: choice(['ms', 'us', 'ns', 's'], 'unit of the times of retained logs (U4)'),
  resize: choice(['known', 'ignored'], 'ignored: PATCH drops resources (U22)', { older: 'ignored' }),
  networkTelemetry: choice(['known', 'unknown'], 'unknown: there is no network telemetry, 404 (U22)', {
    older: 'unknown',
  }),
  poolForce: choice(
    ['ignored', 'honoured'],
    'honoured: DELETE of a pool with force=true ends its sandboxes (U23)',
  ),
  emptyPost: choice(['lenient', 'strict'], 'strict: an empty POST without Content-Length is 411 (2.1)'),
  introspection: choice(
    ['known', 'unknown'],
    'unknown: the server has no introspection and answers 404 (1.5)',
    { openSource: 'unknown' },
  ),
  autoResume: choice(
    ['on', 'off'],
    'off: a request to a suspended sandbox is refused with 503 instead of waking it (U19)',
  ),
  address: choice(
    ['stays', 'moves', 'loopback', 'none'],
    'moves: sandbox_url is another one after every resume, and the old one is 404 (1.6); loopback: it is 127.0.0.1 for all, for clients that name the sandbox in Host where *.localhost does not resolve (1.7); none: there is none',
    { openSource: 'loopback' },
  ),
  unexposedPort: choice(['403', '401', '404', '502'], 'status of a port that is not exposed (U19)'),
  unknownPty: choice(['404', '403'], 'status of a WebSocket to an unknown terminal (U11)', {
    openSource: '403',
  }),
  ptyBearer: choice(
    ['needed', 'optional'],
    'optional: the token of a terminal is enough for its WebSocket, without a bearer token (U12)',
  ),
  ptySleep: choice(['survives', 'ends'], 'ends: terminals are gone after a suspension (U21)'),
  runTimeout: choice(['timeout', 'either'], 'either: run takes timeout_secs as well as timeout (U10)'),
  uploads: choice(['streamed', 'buffered'], 'buffered: a file over 2 MiB is refused with 413 (U17)', {
    older: 'buffered',
    openSource: 'buffered',
  }),
  ptyToken: choice(
    ['header', 'query'],
    'query: the token of a terminal counts as ?token= only, and not as X-PTY-Token (3.7)',
    { openSource: 'query' },
  ),
});

/** How this server reads the protocol where it can be read in more than one way. */
export type Dialect = Readonly<z.output<typeof dialect>>;

function rows(): readonly (readonly [name: string, row: Switch])[] {
  return Object.entries(dialect.shape).flatMap(([name, schema]) => {
    const row = switches.get(schema);
    return row === undefined ? [] : [[name, row] as const];
  });
}

/** Each switch with its values and what it is about, for a help text. */
export function describeSwitches(): readonly (readonly [name: string, about: string])[] {
  return rows().map(([name, { values, about }]) => [name, `${values.join(' | ')}; ${about}`]);
}

/**
 * The defaults, with the presets of `ages` and then `overrides` laid over them.
 *
 * @throws RangeError for a name or a value that is not in the table
 */
export function resolveDialect(
  overrides: Readonly<Record<string, string | undefined>> = {},
  ages: readonly Age[] = [],
): Dialect {
  const known = Object.keys(dialect.shape);
  const unknown = Object.keys(overrides).find(name => !known.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`There is no switch '${unknown}'; there are ${known.join(', ')}`);
  }
  const chosen = rows().map(([name, { values, presets }]) => {
    const preset = ages.map(age => presets[age]).findLast(value => value !== undefined);
    const value = overrides[name] ?? preset ?? values[0];
    if (values.includes(value)) return [name, value];
    throw new RangeError(`Switch '${name}' is one of ${values.join(', ')}, not '${value}'`);
  });
  return dialect.parse(Object.fromEntries(chosen));
}
