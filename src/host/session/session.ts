import { createHash } from 'node:crypto';
import { l10n } from 'vscode';
import type { Credential } from '../../api/http/credential';
import { parseEndpoint, type Endpoint, type EndpointProblem } from '../../core/account/endpoint';
import { deferred } from '../../core/kernel/async';
import type { DisposableLike } from '../../core/kernel/disposable';
import { DisposableStore } from '../../core/kernel/disposable';
import { Emitter } from '../../core/kernel/event';
import type { Logger } from '../../core/kernel/logger';
import { inBackground } from '../../core/kernel/unexpected';
import { type Failure, failureOf } from '../../core/list/listStatus';
import { defaultProfileId, type Profile } from '../../core/account/profile';
import { environmentKey, noSecret, type Credentials, type KeyPlace } from './credentials';
import { secretSlot, type ProfileStore } from './profiles';
import { separator } from '../../text/kit/plainText';
import { onDidChangeSettings, readSetting } from '../editor/settings';

/** Where the key of a session comes from; `none` for a server on this machine that asks for none. */
type KeySource = KeyPlace | 'environment' | 'none';

/**
 * An account on a server. It is replaced as a whole when the key, its source or the address changes, so that code that
 * captured it before an `await` can tell by identity that it has ended.
 */
export interface Session {
  readonly endpoint: Endpoint;
  readonly source: KeySource;
  /** The profile that the user signed in with; the default one for a key from the environment. */
  readonly profile: Profile;
  /** The name of the profile, where there are several to choose from, and the namespace, where it is not the usual one. */
  readonly accountName?: string;
  /** Distinguishes accounts without holding a secret. */
  readonly fingerprint: string;
  /** Fetches the key, or the token with its scope, for one request. */
  readonly credential: () => Promise<Credential | undefined>;
  /** The hosts of other domains that the user let the key go to. */
  readonly trustedHosts: TrustedHosts;
}

/** The hosts outside the server's domain that a profile may send its key to. */
interface TrustedHosts {
  has(host: string): boolean;
  add(host: string): Promise<void>;
}

/** The address of the API as set, or what is wrong with it. */
export function configuredEndpoint(): { readonly ok: Endpoint } | { readonly error: EndpointProblem } {
  return parseEndpoint(readSetting('tensorlake.apiUrl'));
}

/** What a search for a key came to. */
interface Found {
  readonly session: Session | undefined;
  readonly problem?: Failure;
}

/** The session of this window. It follows changes by settings and other windows. */
export class SessionStore implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly emitter = this.disposables.add(new Emitter<Session | undefined>());
  /** Fires after the first search for a key as well, whatever it found. */
  readonly onDidChange = this.emitter.event;
  private session: Session | undefined;
  private problemNow: Failure | undefined;
  private isLoaded = false;
  private loads = 0;
  private readonly found = deferred<undefined>();
  /** Settles when the first search for a key has ended, whatever it found. */
  readonly whenFound: Promise<unknown> = this.found.promise;

  constructor(
    private readonly credentials: Credentials,
    private readonly profiles: ProfileStore,
    private readonly logger: Logger,
  ) {
    this.disposables.add(credentials.onDidChange(() => inBackground(this.load())));
    this.disposables.add(profiles.onDidChange(() => inBackground(this.load())));
    this.disposables.add(
      onDidChangeSettings(
        ['tensorlake.apiUrl', 'tensorlake.namespace', 'tensorlake.useEnvironmentKey'],
        () => {
          this.isLoaded = false;
          inBackground(this.load());
        },
      ),
    );
  }

  /** Where the key of this window is looked for; undefined while the address is not usable. */
  get slot(): string | undefined {
    const endpoint = configuredEndpoint();
    if ('error' in endpoint) return undefined;
    const { text } = endpoint.ok;
    return secretSlot(text, this.profiles.active(text));
  }

  /** Searches for a key: the stored one, else, where the user allowed it, the one in the environment. */
  async load(): Promise<void> {
    this.loads += 1;
    const load = this.loads;
    const next = await this.find();
    if (load !== this.loads || this.disposables.isDisposed) return;
    this.change(next);
    this.found.resolve(undefined);
  }

  /** Why no key could be searched for, so that being signed out proves nothing. */
  get problem(): Failure | undefined {
    return this.problemNow;
  }

  private change({ session: next, problem }: Found): void {
    const isSameProblem = problem?.code === this.problemNow?.code;
    this.problemNow = problem;
    const isSame =
      (next !== undefined || isSameProblem) &&
      next?.fingerprint === this.session?.fingerprint &&
      next?.source === this.session?.source &&
      next?.accountName === this.session?.accountName &&
      next?.endpoint.text === this.session?.endpoint.text;
    if (isSame && this.isLoaded) return;
    this.isLoaded = true;
    this.session = next;
    if (next) this.profiles.hold(next.endpoint.text, next.profile);
    this.logger.info(
      next
        ? `Signed in to ${next.endpoint.text} (profile: ${next.profile.name}, key from: ${next.source})`
        : problem
          ? `No key could be searched for: ${problem.message}`
          : 'Signed out',
    );
    this.emitter.fire(next);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async find(): Promise<Found> {
    try {
      return { session: await this.search() };
    } catch (error) {
      const endpoint = configuredEndpoint();
      const text = 'ok' in endpoint ? endpoint.ok.text : '';
      const { session } = this;
      const isMeant = session?.endpoint.text === text && session.profile.id === this.profiles.active(text).id;
      // Whoever was signed in stays so: what fails now may pass.
      return isMeant ? { session } : { session: undefined, problem: failureOf(error) };
    }
  }

  private async search(): Promise<Session | undefined> {
    const endpoint = configuredEndpoint();
    if ('error' in endpoint) {
      this.logger.warn(`The setting tensorlake.apiUrl is not usable: ${endpoint.error}`);
      return undefined;
    }
    const { text } = endpoint.ok;
    const { profiles } = this.profiles.list(text);
    const profile = this.profiles.active(text);
    const accountName = accountNameOf(profiles.length > 1 ? profile.name : undefined, endpoint.ok);
    const slot = secretSlot(text, profile);
    const trustedHosts: TrustedHosts = {
      has: host => this.profiles.trusts(text, profile.id, host),
      add: host => this.profiles.trust(text, profile.id, host),
    };
    const isDefault = profile.id === defaultProfileId;
    const key = isDefault && readSetting('tensorlake.useEnvironmentKey') ? environmentKey() : undefined;
    const kept = await this.credentials.read(slot).catch((error: unknown) => {
      // Without a secret store, the environment is the place for a key.
      if (key === undefined) throw error;
      return undefined;
    });
    // Another server is never reached without a key, whatever is kept for it.
    if (kept && (kept.key !== '' || endpoint.ok.isLoopback)) {
      const fingerprint = fingerprintOf(kept.key, profile);
      return {
        endpoint: endpoint.ok,
        source: kept.key === '' ? 'none' : kept.place,
        profile,
        ...accountName,
        fingerprint,
        trustedHosts,
        credential: async () => {
          const key = (await this.credentials.read(slot))?.key;
          // A sign-out is told by an event; without one, a locked keyring gives nothing, too.
          if (key === undefined && !this.disposables.isDisposed) throw noSecret();
          // A key that another window has stored since belongs to the next session.
          return key !== undefined && fingerprintOf(key, profile) === fingerprint
            ? scoped(key, profile)
            : undefined;
        },
      };
    }
    if (key === undefined) return undefined;
    const unscoped: Profile = { id: profile.id, name: profile.name };
    return {
      endpoint: endpoint.ok,
      source: 'environment',
      profile: unscoped,
      ...accountName,
      fingerprint: fingerprintOf(key, unscoped),
      trustedHosts,
      credential: () => Promise.resolve(environmentKey()),
    };
  }
}

/** A secret as requests send it: a personal access token goes with its organization and project. */
function scoped(secret: string, { scope }: Profile): Credential {
  if (!scope) return secret;
  return { token: secret, organizationId: scope.organizationId, projectId: scope.projectId };
}

function accountNameOf(
  profileName: string | undefined,
  { isNamespaced, namespace }: Endpoint,
): Pick<Session, 'accountName'> {
  const named = isNamespaced ? (namespace ?? readSetting('tensorlake.namespace')) : '';
  const isUsual = named === '' || named === 'default';
  const parts = [profileName, isUsual ? undefined : l10n.t('namespace {0}', named)];
  const said = parts.filter(part => part !== undefined);
  return said.length === 0 ? {} : { accountName: said.join(separator) };
}

function fingerprintOf(key: string, { id, scope }: Profile): string {
  const account = [key, id, scope?.organizationId ?? '', scope?.projectId ?? ''].join('\n');
  return createHash('sha256').update(account).digest('hex');
}
