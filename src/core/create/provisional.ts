import type { CreateSandboxRequest } from './createRequest';
import type { Sandbox } from '../sandbox/sandbox';
import { parseState, type SandboxState } from '../sandbox/state';

/** What the answer to a create says about the sandbox. */
export interface CreateAnswer {
  readonly sandboxId: string;
  readonly state: SandboxState;
  readonly rawState: string;
  readonly pendingReason?: string;
  readonly sandboxUrl?: string;
}

/** A sandbox that was just created, from the request and its answer, until it is read from the service. */
export function provisionalSandbox(
  request: CreateSandboxRequest,
  answer: CreateAnswer,
  nowMs: number,
): Sandbox {
  const { name, image, resources, timeoutSecs, exposedPorts, network, entrypoint } = request;
  const rawState = parseState(answer.rawState) === answer.state ? answer.rawState : answer.state;
  return {
    id: answer.sandboxId,
    ...(name !== undefined && { name }),
    ...(image !== undefined && { image }),
    state: answer.state,
    rawState,
    resources: { ...resources, gpus: resources?.gpus ?? [] },
    ...(timeoutSecs !== undefined && { timeoutSecs }),
    createdAtMs: nowMs,
    ...(answer.pendingReason !== undefined && { pendingReason: answer.pendingReason }),
    ...(answer.sandboxUrl !== undefined && { sandboxUrl: answer.sandboxUrl }),
    ...(entrypoint && { entrypoint }),
    ...(network && { networkPolicy: network }),
    exposedPorts: exposedPorts ?? [],
    allowUnauthenticatedAccess: request.allowUnauthenticatedAccess ?? false,
    fileSystems: request.fileSystems ?? [],
    raw: { id: answer.sandboxId, status: rawState },
  };
}

/** A copy that was just made: its source without the name, which the source keeps. */
export function provisionalCopy(source: Sandbox, answer: CreateAnswer, nowMs: number): Sandbox {
  const { image, resources, timeoutSecs, entrypoint, networkPolicy } = source;
  return {
    ...provisionalSandbox({}, answer, nowMs),
    ...(image !== undefined && { image }),
    resources,
    ...(timeoutSecs !== undefined && { timeoutSecs }),
    ...(entrypoint && { entrypoint }),
    ...(networkPolicy && { networkPolicy }),
    exposedPorts: source.exposedPorts,
    allowUnauthenticatedAccess: source.allowUnauthenticatedAccess,
    fileSystems: source.fileSystems,
  };
}
