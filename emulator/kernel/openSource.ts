/**
 * What the open-source server says where the service says something else, in its own words: read off version 0.3.15
 * (March 2026) with curl. Errors of its web framework are plain text on both planes; what it does not have is empty.
 */
export const openSourceWords = {
  noContentType: 'Expected request with `Content-Type: application/json`',
  tooLong: 'Failed to buffer the request body: length limit exceeded',
  noQuery: (member: string) => `Failed to deserialize query string: missing field \`${member}\``,
  notJson: (detail: string) => `Failed to parse the request body as JSON: ${detail}`,
  wrongBody: (detail: string) => `Failed to deserialize the JSON body into the target type: ${detail}`,
  notPid: (text: string) => `Invalid URL: Cannot parse \`${text}\` to a \`u32\``,
  snapshotNotFound: (id: string) => `Snapshot not found: ${id}`,
  poolInUse: (id: string) => `Cannot delete pool '${id}': active sandbox(es) are using it`,
  refused: 'Connection to sandbox refused. The sandbox may not be running.',
  stopping: 'Sandbox not running (state: stopping)',
} as const;

/** The longest body that either plane takes, in bytes. */
export const openSourceLargestBody = 2 * 1024 * 1024;

/** Paths of the daemon that it does not know, by method; a method that is left over on a path makes it a 405. */
export const openSourceLacks: ReadonlySet<string> = new Set([
  'POST /api/v1/processes/run',
  'POST /api/v1/processes/{ref}/restart',
  'GET /api/v1/ssh/status',
  'POST /api/v1/ssh/enable',
  'POST /api/v1/ssh/disable',
]);

/** What it answers to `GET /healthz`, which the service does not have. */
export const openSourceHealth = {
  status: 'ok',
  version: '0.3.15',
  checks: { database: 'ok', executor_manager: 'ok' },
} as const;

/** What a create and a pool get that leave something out: sizes once `resources` is missing, and where it is not. */
export const openSourceDefaults = {
  image: 'python:3.14-slim',
  timeoutSecs: 600,
  /** No limit, which the sandboxes of a pool have from it. */
  poolTimeoutSecs: 0,
  resources: { cpus: 1, memory_mb: 1_024, disk_mb: 1_024 },
  partOfResources: { cpus: 0.1, memory_mb: 256, disk_mb: 1_024 },
} as const;

/** The CPUs of the host that it is imagined on. */
export const openSourceHostCpus = 64;
