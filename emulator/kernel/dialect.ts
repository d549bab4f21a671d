/*
 * Points on which sources disagree, or servers of different age do (API reference sections 2, 6 and 7). One row each;
 * the first value is the default.
 */
const table = {
  mounts: {
    values: ['lenient', 'strict'],
    older: 'strict',
    about: 'strict: a mount with an unknown or false member is refused (2.13)',
  },
  poolNetwork: {
    values: ['keep', 'clear'],
    older: 'clear',
    about: 'what PUT of a pool without network does to its policy (2.16)',
  },
  claimFiles: {
    values: ['applied', 'ignored'],
    older: 'ignored',
    about: 'ignored: a claim drops file_systems and does not say claim_configuration_applied (2.16)',
  },
  asyncCreate: {
    values: ['known', 'ignored'],
    older: 'ignored',
    about: 'ignored: wait and max_pending_secs mean nothing (2.2)',
  },
  create: {
    values: ['blocks', 'pending'],
    openSource: 'pending',
    about: 'pending: create answers 200 at once with status pending (2.2)',
  },
  identifiers: {
    values: ['idOrName', 'idOnly'],
    openSource: 'idOnly',
    about: 'idOnly: names do not resolve in paths (2.1)',
  },
  rename: {
    values: ['allowed', 'refused'],
    about: 'refused: PATCH knows no name (U16)',
  },
  suspendedName: {
    values: ['400', '409'],
    about: 'status of a create whose name a suspended sandbox holds (U6)',
  },
  ephemeralIdle: {
    values: ['terminate', 'suspend'],
    about: 'what the idle timeout does to a sandbox without a name (U7)',
  },
  errors: {
    values: ['message', 'error'],
    about: 'error: refusals of the control plane are said in error instead of message (U5)',
  },
  order: {
    values: ['newest', 'id'],
    openSource: 'id',
    about: 'id: lists of sandboxes are in the order of ids instead of newest first (U13)',
  },
  history: {
    values: ['listed', 'archived'],
    about: 'archived: a terminated sandbox leaves the list at once (U13)',
  },
  runtime: {
    values: ['cloud-hypervisor', 'cloud_hypervisor', 'firecracker', 'gvisor'],
    about: 'spelling of runtime (U15)',
  },
  logTime: {
    values: ['ms', 'us', 'ns', 's'],
    about: 'unit of the times of retained logs (U4)',
  },
  resize: {
    values: ['known', 'ignored'],
    older: 'ignored',
    about: 'ignored: PATCH drops resources (U22)',
  },
  networkTelemetry: {
    values: ['known', 'unknown'],
    older: 'unknown',
    about: 'unknown: there is no network telemetry, 404 (U22)',
  },
  poolForce: {
    values: ['ignored', 'honoured'],
    about: 'honoured: DELETE of a pool with force=true ends its sandboxes (U23)',
  },
  emptyPost: {
    values: ['lenient', 'strict'],
    about: 'strict: an empty POST without Content-Length is 411 (2.1)',
  },
  introspection: {
    values: ['known', 'unknown'],
    openSource: 'unknown',
    about: 'unknown: the server has no introspection and answers 404 (1.5)',
  },
  autoResume: {
    values: ['on', 'off'],
    about: 'off: a request to a suspended sandbox is refused with 503 instead of waking it (U19)',
  },
  address: {
    values: ['stays', 'moves', 'loopback', 'none'],
    about:
      'moves: sandbox_url is another one after every resume, and the old one is 404 (1.6); loopback: it is 127.0.0.1 for all, for clients that name the sandbox in Host where *.localhost does not resolve (1.7); none: there is none',
  },
  unexposedPort: {
    values: ['403', '401', '404', '502'],
    about: 'status of a port that is not exposed (U19)',
  },
  unknownPty: {
    values: ['404', '403'],
    openSource: '403',
    about: 'status of a WebSocket to an unknown terminal (U11)',
  },
  ptyBearer: {
    values: ['needed', 'optional'],
    about: 'optional: the token of a terminal is enough for its WebSocket, without a bearer token (U12)',
  },
  ptySleep: {
    values: ['survives', 'ends'],
    about: 'ends: terminals are gone after a suspension (U21)',
  },
  runTimeout: {
    values: ['timeout', 'either'],
    about: 'either: run takes timeout_secs as well as timeout (U10)',
  },
  uploads: {
    values: ['streamed', 'buffered'],
    older: 'buffered',
    openSource: 'buffered',
    about: 'buffered: a file over 2 MiB is refused with 413 (U17)',
  },
  ptyToken: {
    values: ['header', 'query'],
    openSource: 'query',
    about: 'query: the token of a terminal counts as ?token= only, and not as X-PTY-Token (3.7)',
  },
} as const satisfies Record<string, Row>;

interface Row {
  readonly values: readonly [string, ...string[]];
  readonly older?: string;
  readonly openSource?: string;
  readonly about: string;
}

type SwitchName = keyof typeof table;

/** How this server reads the protocol where it can be read in more than one way. */
export type Dialect = { readonly [Name in SwitchName]: (typeof table)[Name]['values'][number] };

/** Ready-made dialects: the server before the newest additions, and the open-source one. */
export type Age = 'older' | 'openSource';

const rows: readonly (readonly [string, Row])[] = Object.entries(table);

/** Each switch with its values and what it is about, for a help text. */
export function describeSwitches(): readonly (readonly [name: string, about: string])[] {
  return rows.map(([name, { values, about }]) => [name, `${values.join(' | ')}; ${about}`]);
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
  for (const name of Object.keys(overrides)) {
    if (!(name in table)) throw new RangeError(`There is no switch '${name}'; there are ${names()}`);
  }
  const pick = <Value extends string>(name: SwitchName, values: readonly Value[]): Value => {
    const row: Row = table[name];
    const preset = ages.map(age => row[age]).findLast(value => value !== undefined);
    const wanted = overrides[name] ?? preset ?? row.values[0];
    const value = values.find(candidate => candidate === wanted);
    if (value === undefined) {
      throw new RangeError(`Switch '${name}' is one of ${values.join(', ')}, not '${wanted}'`);
    }
    return value;
  };
  return {
    mounts: pick('mounts', table.mounts.values),
    poolNetwork: pick('poolNetwork', table.poolNetwork.values),
    claimFiles: pick('claimFiles', table.claimFiles.values),
    asyncCreate: pick('asyncCreate', table.asyncCreate.values),
    create: pick('create', table.create.values),
    identifiers: pick('identifiers', table.identifiers.values),
    rename: pick('rename', table.rename.values),
    suspendedName: pick('suspendedName', table.suspendedName.values),
    ephemeralIdle: pick('ephemeralIdle', table.ephemeralIdle.values),
    errors: pick('errors', table.errors.values),
    order: pick('order', table.order.values),
    history: pick('history', table.history.values),
    runtime: pick('runtime', table.runtime.values),
    logTime: pick('logTime', table.logTime.values),
    resize: pick('resize', table.resize.values),
    networkTelemetry: pick('networkTelemetry', table.networkTelemetry.values),
    poolForce: pick('poolForce', table.poolForce.values),
    emptyPost: pick('emptyPost', table.emptyPost.values),
    introspection: pick('introspection', table.introspection.values),
    autoResume: pick('autoResume', table.autoResume.values),
    address: pick('address', table.address.values),
    unexposedPort: pick('unexposedPort', table.unexposedPort.values),
    unknownPty: pick('unknownPty', table.unknownPty.values),
    ptyBearer: pick('ptyBearer', table.ptyBearer.values),
    ptySleep: pick('ptySleep', table.ptySleep.values),
    runTimeout: pick('runTimeout', table.runTimeout.values),
    uploads: pick('uploads', table.uploads.values),
    ptyToken: pick('ptyToken', table.ptyToken.values),
  };
}

function names(): string {
  return rows.map(([name]) => name).join(', ');
}
