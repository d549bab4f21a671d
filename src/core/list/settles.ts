import type { SettledTest } from './transitionWatcher';
import type { SandboxState } from '../sandbox/state';

/**
 * A test for a sandbox that was set going towards `goal` by way of `via`. Right after the request the service may
 * still report the state it comes from, so another state counts as its rest only once `via` was seen. A
 * terminated sandbox is always at rest.
 */
export function settlesAt(goal: SandboxState, via: SandboxState): SettledTest {
  let wasUnderWay = false;
  return ({ state }) => {
    if (state === goal || state === 'terminated') return true;
    if (state === via) wasUnderWay = true;
    return wasUnderWay && state !== via && state !== 'unknown';
  };
}
