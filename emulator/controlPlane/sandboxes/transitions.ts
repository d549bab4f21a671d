import { badRequest, ok, type Reply } from '../../http/reply';
import { checkConcurrency } from '../../model/plan';
import { sandboxOf } from '../wire/lookup';
import type { Call } from '../wire/route';

const accepted: Reply = { status: 202, body: {} };
const done: Reply = ok({});

/** POST /sandboxes/{id}/suspend (API reference section 2.8). */
export function suspendSandbox(call: Call): Reply {
  const sandbox = sandboxOf(call);
  if (sandbox.name === undefined)
    throw badRequest('Cannot suspend an ephemeral sandbox; give it a name first');
  if (sandbox.state === 'suspended') return done;
  if (sandbox.state === 'suspending' || call.cloud.engine.fire(sandbox, 'suspend')) return accepted;
  throw badRequest(`Cannot suspend a sandbox in state ${sandbox.state}`);
}

/** POST /sandboxes/{id}/resume (API reference section 2.8). */
export function resumeSandbox(call: Call): Reply {
  const { cloud, project } = call;
  const sandbox = sandboxOf(call);
  if (sandbox.state === 'running') return done;
  if (sandbox.state !== 'suspended') {
    throw badRequest(`Cannot resume a sandbox in state ${sandbox.state}; it is not suspended`);
  }
  checkConcurrency(cloud.plan, project);
  cloud.engine.fire(sandbox, 'resume');
  return accepted;
}

/** DELETE /sandboxes/{id} (API reference section 2.7): also the way to cancel a queued create, and idempotent. */
export function terminateSandbox(call: Call): Reply {
  call.cloud.engine.fire(sandboxOf(call), 'terminate');
  return done;
}
