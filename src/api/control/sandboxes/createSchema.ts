import * as z from 'zod/mini';
import type { CreateSandboxRequest } from '../../../core/create/createRequest';
import { ApiError } from '../../../core/kernel/errors';
import { defined } from '../../../core/kernel/formats/json';
import { createLimits } from '../../../core/sandbox/rules';
import type { FileSystemMount, NetworkPolicy } from '../../../core/sandbox/sandbox';
import { parseState, type SandboxState } from '../../../core/sandbox/state';
import { errorDetailsText } from '../../http/errors/errorText';

/** A sandbox that exists: running, or on its way. */
export interface AcceptedSandbox {
  readonly kind: 'accepted';
  readonly sandboxId: string;
  /** `pending` also when the server's wait ran out; `unknown` for a word this version does not know. */
  readonly state: SandboxState;
  readonly rawState: string;
  readonly name?: string;
  readonly pendingReason?: string;
  readonly sandboxUrl?: string;
  /** Whether the server stopped waiting; the sandbox stays queued and billed (API reference section 2.2, status 504). */
  readonly waitTimedOut: boolean;
}

/** A sandbox that was created and could not start; it cannot be used. */
export interface FailedSandbox {
  readonly kind: 'failed';
  readonly sandboxId: string;
  readonly rawState: string;
  readonly name?: string;
  /** Machine-readable reason such as `ConfigurationError` or `no_capacity`. */
  readonly reason?: string;
  readonly errorDetails?: string;
}

/** The outcome of a create, or of one sandbox of a copy. */
export type CreateOutcome = AcceptedSandbox | FailedSandbox;

const text = z.catch(z.nullish(z.string()), undefined);

const answerSchema = z.object({
  sandbox_id: text,
  sandboxId: text,
  id: text,
  status: text,
  state: text,
  name: text,
  pending_reason: text,
  reason: text,
  termination_reason: text,
  error_details: z.optional(z.unknown()),
  sandbox_url: text,
  sandboxUrl: text,
});

/** States in which a sandbox that was just created has failed. */
const failedStates: ReadonlySet<string> = new Set(['failed', 'terminated']);

/**
 * Reads an answer of create or one item of a copy (API reference sections 2.2 and 2.9).
 *
 * @returns undefined when the body names no sandbox
 */
export function readCreateAnswer(body: unknown): CreateOutcome | undefined {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const answer = parsed.data;
  const sandboxId = firstText(answer.sandbox_id, answer.sandboxId, answer.id);
  if (sandboxId === undefined) return undefined;
  const rawState = firstText(answer.status, answer.state) ?? '';
  const word = rawState.toLowerCase();
  const name = firstText(answer.name);
  if (failedStates.has(word)) {
    const reason = firstText(answer.reason, answer.termination_reason);
    const errorDetails = errorDetailsText(answer.error_details);
    return { kind: 'failed', sandboxId, rawState, name, reason, errorDetails };
  }
  const waitTimedOut = word === 'timeout';
  return {
    kind: 'accepted',
    sandboxId,
    state: waitTimedOut || word === '' ? 'pending' : parseState(rawState),
    rawState,
    name,
    pendingReason: firstText(answer.pending_reason),
    sandboxUrl: firstText(answer.sandbox_url, answer.sandboxUrl),
    waitTimedOut,
  };
}

/**
 * Reads the body of a create that the server answered with a success status, or with 422 or 504 and a sandbox in it.
 *
 * @param status decides when the body leaves the outcome open: 422 is a failed start, 504 a wait that ran out
 * @throws ApiError of kind `schema` when it names no sandbox
 */
export function readCreateOutcome(body: unknown, status: number): CreateOutcome {
  const outcome = readCreateAnswer(body);
  if (outcome === undefined) throw new ApiError('schema', 'The answer names no sandbox', { status });
  if (outcome.kind === 'failed') return outcome;
  if (status === 422) return asFailed(outcome, body);
  return status === 504 ? { ...outcome, state: 'pending', waitTimedOut: true } : outcome;
}

function asFailed(outcome: AcceptedSandbox, body: unknown): FailedSandbox {
  const { sandboxId, rawState, name } = outcome;
  const answer = answerSchema.safeParse(body);
  return {
    kind: 'failed',
    sandboxId,
    rawState,
    name,
    reason: firstText(answer.data?.reason, answer.data?.termination_reason),
    errorDetails: errorDetailsText(answer.data?.error_details),
  };
}

function firstText(...texts: readonly (string | null | undefined)[]): string | undefined {
  return texts.find(value => typeof value === 'string' && value !== '') ?? undefined;
}

/**
 * Builds the body of `POST /sandboxes` (API reference section 2.2). Absent and empty members are left out, because
 * servers of different age refuse different ones; CPUs and memory are always sent for a fresh sandbox, because the
 * platform's own default for memory exceeds small plans (section 6, point 4). A restore always says which ports it
 * exposes and whether they are public, because it inherits from its snapshot what is left out (section 8.2, "restore").
 */
export function createBody(request: CreateSandboxRequest): Record<string, unknown> {
  const isRestore = request.snapshotId !== undefined;
  return defined({
    name: request.name,
    image: request.image,
    snapshot_id: request.snapshotId,
    template_id: request.templateId,
    resources: resourcesBody(request),
    secret_names: nonEmpty(request.secretNames),
    timeout_secs: request.timeoutSecs,
    entrypoint: nonEmpty(request.entrypoint),
    network: request.network === undefined ? undefined : networkBody(request.network),
    exposed_ports: isRestore ? (request.exposedPorts ?? []) : nonEmpty(request.exposedPorts),
    allow_unauthenticated_access: request.allowUnauthenticatedAccess ?? (isRestore ? false : undefined),
    file_systems: nonEmpty(request.fileSystems)?.map(mountBody),
    wait: request.wait === false ? false : undefined,
    max_pending_secs: request.maxPendingSecs,
  });
}

function resourcesBody(request: CreateSandboxRequest): Record<string, unknown> | undefined {
  const { cpus, memoryMb, diskMb, gpus } = request.resources ?? {};
  const isFresh = request.snapshotId === undefined;
  const freshCpus = cpus ?? createLimits.minCpus;
  const body = defined({
    cpus: isFresh ? freshCpus : cpus,
    memory_mb: isFresh ? (memoryMb ?? Math.ceil(createLimits.memoryMbPerCpuMin * freshCpus)) : memoryMb,
    disk_mb: diskMb,
    gpus: nonEmpty(gpus)?.map(({ model, count }) => ({ count, model })),
  });
  return Object.keys(body).length === 0 ? undefined : body;
}

/**
 * The same for the open-source server, which reads the disk by its older name, and whose restores inherit a size only
 * where it is zero (docs/reliability.md, "Another server").
 */
export function openSourceBody(
  { resources, snapshotId }: CreateSandboxRequest,
  body: Record<string, unknown>,
): Record<string, unknown> {
  const { cpus, memoryMb, diskMb } = resources ?? {};
  const sizes =
    snapshotId === undefined
      ? { ...asObject(body['resources']), ...(diskMb !== undefined && { ephemeral_disk_mb: diskMb }) }
      : { cpus: cpus ?? 0, memory_mb: memoryMb ?? 0, ephemeral_disk_mb: diskMb ?? 0 };
  return { ...body, resources: sizes };
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** Builds a network rule object as create and update take it (API reference sections 2.2 and 2.6). */
export function networkBody(policy: NetworkPolicy): Record<string, unknown> {
  return {
    allow_internet_access: policy.allowInternetAccess,
    allow_out: policy.allowOut,
    deny_out: policy.denyOut,
  };
}

/** Builds a mount. Older servers refuse `false` members of it (API reference section 2.13). */
export function mountBody(mount: FileSystemMount): Record<string, unknown> {
  return defined({
    file_system_id: mount.fileSystemId,
    mount_path: mount.mountPath,
    read_only: mount.readOnly ? true : undefined,
    prefetch: mount.prefetch ? true : undefined,
    snapshot_id: mount.snapshotId,
  });
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

/** Outcome of a live copy (API reference section 2.9); some copies may have failed. */
export interface CopyOutcome {
  readonly copies: readonly CreateOutcome[];
  /** How many entries of the answer named no sandbox; there may be copies that are not in `copies`. */
  readonly unreadable: number;
}

const copyAnswerSchema = z.object({ sandboxes: z.array(z.unknown()) });

/** Whether a body is that of a copy, whatever the status that came with it. */
export function isCopyAnswer(body: unknown): boolean {
  return copyAnswerSchema.safeParse(body).success;
}

/**
 * Reads the answer of `POST /sandboxes/{id}/copy`.
 *
 * @throws ApiError of kind `schema` when it holds no list
 */
export function readCopyOutcome(body: unknown): CopyOutcome {
  const answer = copyAnswerSchema.safeParse(body);
  if (!answer.success) throw new ApiError('schema', 'The answer holds no list of copies');
  const copies = answer.data.sandboxes.flatMap(item => readCreateAnswer(item) ?? []);
  return { copies, unreadable: answer.data.sandboxes.length - copies.length };
}
