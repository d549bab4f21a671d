import type { SandboxState } from './state';

/** GPUs: `count` cards of `model`. */
export interface Gpu {
  readonly model: string;
  readonly count: number;
}

/** The resources of a sandbox. A missing member was not reported. */
export interface Resources {
  /** Virtual CPUs; fractions are possible. */
  readonly cpus?: number;
  /** Memory in MiB. */
  readonly memoryMb?: number;
  /** Root disk in MiB. */
  readonly diskMb?: number;
  readonly gpus: readonly Gpu[];
}

/** Egress rules (API reference section 5, "Network rules"). */
export interface NetworkPolicy {
  readonly allowInternetAccess: boolean;
  readonly allowOut: readonly string[];
  readonly denyOut: readonly string[];
}

/** A registered file system mounted into a sandbox (API reference section 2.13). */
export interface FileSystemMount {
  readonly fileSystemId: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  readonly prefetch: boolean;
  readonly snapshotId?: string;
}

/** Progress of a live resize (API reference section 2.12). */
export interface ResourceResize {
  readonly generation: number;
  readonly status: string;
  readonly requested?: Resources;
  readonly errorMessage?: string;
}

/**
 * A sandbox: SandboxInfo of API reference section 2.3 with spelling variants unified and times in milliseconds since
 * the Unix epoch. Absent, null and empty optional text are all `undefined`.
 */
export interface Sandbox {
  readonly id: string;
  /** Absent on an ephemeral sandbox. */
  readonly name?: string;
  readonly namespace?: string;
  readonly state: SandboxState;
  /** The state word as received, which is shown for an `unknown` state. */
  readonly rawState: string;
  readonly image?: string;
  readonly resources: Resources;
  /**
   * Seconds without proxy traffic after which a named sandbox is suspended, an ephemeral one terminated; where
   * `hasLifetime` holds, seconds from its creation until it is terminated, whatever goes to it.
   */
  readonly timeoutSecs?: number;
  readonly createdAtMs?: number;
  readonly terminatedAtMs?: number;
  readonly archivedAtMs?: number;
  readonly pendingReason?: string;
  readonly outcome?: string;
  readonly terminationReason?: string;
  /** `error_details` as one line of text. */
  readonly errorDetails?: string;
  readonly entrypoint?: readonly string[];
  /** Names of its secrets, if the server reports them; never their values. */
  readonly secretNames?: readonly string[];
  readonly networkPolicy?: NetworkPolicy;
  /** Entries of the lists of rules that could not be read; a change of the policy would drop them. */
  readonly unreadRules?: number;
  /** User ports reachable through the proxy, each once; if empty, only the management port is. */
  readonly exposedPorts: readonly number[];
  /** Entries of that list that could not be read; a change of the list would close them. */
  readonly unreadPorts?: number;
  /** Whether exposed ports can be reached without a credential. */
  readonly allowUnauthenticatedAccess: boolean;
  readonly poolId?: string;
  readonly templateId?: string;
  readonly containerId?: string;
  readonly executorId?: string;
  readonly ingressEndpoint?: string;
  /** Base URL of the sandbox proxy; absent while the sandbox is not routable. */
  readonly sandboxUrl?: string;
  readonly fileSystems: readonly FileSystemMount[];
  readonly runtime?: string;
  readonly resourceResize?: ResourceResize;
  /**
   * Set where paths carry a namespace, which those of the cloud do not: the open-source server (docs/reliability.md,
   * "Another server"), or one that is not known to be it.
   */
  readonly server?: 'openSource' | 'other';
  /** Whether it was seen to end with a snapshot of it, about which its row says nothing. */
  readonly isEndedBySnapshot?: true;
  /** The object as received, for the JSON view and to compare by. Never holds a routing hint. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Whether a sandbox has no name: it cannot be suspended, and is terminated at its idle timeout. */
export function isEphemeral(sandbox: Pick<Sandbox, 'name'>): boolean {
  return sandbox.name === undefined;
}

/** Whether its timeout is a lifetime, which the open-source server counts from the creation; 0 is no limit there. */
export function hasLifetime({ server }: Pick<Sandbox, 'server'>): boolean {
  return server === 'openSource';
}

/** Whether a sandbox has ended, nothing that was received says why, and its server may end one with a snapshot of it. */
export function hasSilentEnd(sandbox: Sandbox): boolean {
  const { server, state, terminationReason, outcome, errorDetails } = sandbox;
  return (
    server !== undefined &&
    state === 'terminated' &&
    [terminationReason, outcome, errorDetails].every(each => each === undefined)
  );
}

/** The displayed name of a sandbox: its name, else its id. */
export function displayName(sandbox: Pick<Sandbox, 'name' | 'id'>): string {
  return sandbox.name ?? sandbox.id;
}
