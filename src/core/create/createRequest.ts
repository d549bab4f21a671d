import {
  identityViolations,
  mountViolations,
  networkViolations,
  portViolations,
  type ResourceRequest,
  resourceViolations,
  type Violation,
  wholeNumber,
} from '../sandbox/rules';
import type { FileSystemMount, NetworkPolicy } from '../sandbox/sandbox';

/** What a create or restore can ask for (API reference section 2.2). */
export interface CreateSandboxRequest {
  /** Absent makes an ephemeral sandbox, which cannot be suspended. */
  readonly name?: string;
  readonly image?: string;
  /** Restores this snapshot; excludes `image`. */
  readonly snapshotId?: string;
  readonly templateId?: string;
  readonly resources?: ResourceRequest;
  readonly secretNames?: readonly string[];
  /** Idle seconds; 0 asks for the maximum of the plan. */
  readonly timeoutSecs?: number;
  readonly entrypoint?: readonly string[];
  readonly network?: NetworkPolicy;
  readonly exposedPorts?: readonly number[];
  readonly allowUnauthenticatedAccess?: boolean;
  readonly fileSystems?: readonly FileSystemMount[];
  /** `false` asks for an acknowledgement instead of a running sandbox. */
  readonly wait?: boolean;
  /** Seconds the sandbox may wait for capacity; 0 fails at once when it cannot be placed. */
  readonly maxPendingSecs?: number;
}

/**
 * Checks a request against the rules of API reference section 5 that hold for every plan. Limits of the account are
 * enforced by the server.
 *
 * @returns every broken rule; empty when the request may be sent
 */
export function validateCreateRequest(request: CreateSandboxRequest): readonly Violation[] {
  return [
    ...identityViolations(request),
    ...resourceViolations(request),
    ...wholeNumber('timeoutSecs', request.timeoutSecs),
    ...wholeNumber('maxPendingSecs', request.maxPendingSecs),
    ...portViolations(request.exposedPorts ?? []),
    ...networkViolations('allowOut', request.network?.allowOut ?? []),
    ...networkViolations('denyOut', request.network?.denyOut ?? []),
    ...mountViolations(request.fileSystems ?? []),
  ];
}

/**
 * Copies that one request may ask for. The service documents no limit; this one bounds what a typing mistake can cost.
 */
export const copyLimits = { min: 1, max: 100 } as const;

/** The rule that a number of copies breaks. */
export function copyCountViolation(count: number): 'number' | 'range' | undefined {
  if (!Number.isInteger(count)) return 'number';
  return count < copyLimits.min || count > copyLimits.max ? 'range' : undefined;
}
