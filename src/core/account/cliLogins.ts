import { isJsonObject, objectOf, textOf, type JsonObject } from '../kernel/formats/json';
import { readToml } from '../kernel/formats/toml';
import { type Endpoint, parseEndpoint } from './endpoint';

/** A login of the official CLI, for the project it is used for. */
export interface CliLogin {
  /** The name of its context; absent in the older layouts. */
  readonly context?: string;
  /** The API key or token; absent when the keychain of the system has it. */
  readonly secret?: string;
  readonly organizationId?: string;
  readonly projectId?: string;
}

/** The text of each file of the CLI, as far as there is one (API reference section 1.4). */
export interface CliFiles {
  /** `contexts.toml`. */
  readonly contexts?: string | undefined;
  /** `credentials.toml`. */
  readonly credentials?: string | undefined;
  /** `.tensorlake_config`. */
  readonly config?: string | undefined;
}

/** Where the CLI logs in to unless it is told otherwise (API reference section 1.3). */
const defaultApiUrl = 'https://api.tensorlake.ai';

/**
 * The logins of the CLI to a server, the one that the CLI would use first. Understands its three layouts (API reference
 * section 1.4).
 *
 * @param chosen the context that TENSORLAKE_CONTEXT names
 */
export function cliLogins(
  files: CliFiles,
  endpoint: Pick<Endpoint, 'text'>,
  chosen: string | undefined,
): readonly CliLogin[] {
  const [contexts, credentials, config] = [files.contexts, files.credentials, files.config].map(text =>
    readToml(text ?? ''),
  ) as [JsonObject, JsonObject, JsonObject];
  const isHere = (apiUrl: string | undefined): boolean => isSame(apiUrl ?? defaultApiUrl, endpoint);
  const preferred = [chosen, textOf(contexts, 'current')];
  const place = ({ context }: CliLogin): number => {
    const found = preferred.indexOf(context);
    return context === undefined || found < 0 ? preferred.length : found;
  };
  const found = [
    ...keyOfConfig(config, isHere),
    ...ofContexts(contexts, credentials, isHere).sort((a, b) => place(a) - place(b)),
    ...ofAddresses(credentials, isHere),
  ];
  return found.filter(
    ({ secret }, index) =>
      secret === undefined || found.findIndex(other => other.secret === secret) === index,
  );
}

type IsHere = (apiUrl: string | undefined) => boolean;

function keyOfConfig(config: JsonObject, isHere: IsHere): CliLogin[] {
  const table = objectOf(config, 'tensorlake');
  const secret = table && textOf(table, 'apikey');
  return table !== undefined && secret !== undefined && isHere(textOf(table, 'api_url')) ? [{ secret }] : [];
}

function ofContexts(contexts: JsonObject, credentials: JsonObject, isHere: IsHere): CliLogin[] {
  const tokens = objectOf(credentials, 'contexts');
  return Object.entries(objectOf(contexts, 'contexts') ?? {}).flatMap(([context, table]) => {
    if (!isJsonObject(table) || !isHere(textOf(table, 'api_url'))) return [];
    const kept = tokens && objectOf(tokens, context);
    const secret = kept && textOf(kept, 'token');
    if (secret === undefined && textOf(table, 'storage') !== 'keychain') return [];
    return [{ context, ...(secret !== undefined && { secret }), ...scopeIn(table) }];
  });
}

/** Before there were contexts: a table for each address, and before that one token alone. */
function ofAddresses(credentials: JsonObject, isHere: IsHere): CliLogin[] {
  return [[defaultApiUrl, credentials] as const, ...Object.entries(credentials)].flatMap(
    ([apiUrl, table]) => {
      const secret = isJsonObject(table) ? textOf(table, 'token') : undefined;
      if (!isJsonObject(table) || secret === undefined || !isHere(apiUrl)) return [];
      return [{ secret, ...scopeIn(table) }];
    },
  );
}

function scopeIn(table: JsonObject): Pick<CliLogin, 'organizationId' | 'projectId'> {
  const [organizationId, projectId] = [textOf(table, 'organization'), textOf(table, 'project')];
  return {
    ...(organizationId !== undefined && { organizationId }),
    ...(projectId !== undefined && { projectId }),
  };
}

/** Whether an address is that of the server. The CLI compares them without query, fragment and slashes at the end. */
export function isSame(apiUrl: string, { text }: Pick<Endpoint, 'text'>): boolean {
  const parsed = parseEndpoint(apiUrl.replace(/[?#].*$/s, ''));
  return 'ok' in parsed && parsed.ok.text === text;
}
