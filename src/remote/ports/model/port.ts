import { createLimits } from '../../../core/sandbox/rules';

/** Where a forward is. Not `localhost`, which may lead to another server on the same port over IPv6. */
export function localAddress(localPort: number): string {
  return `127.0.0.1:${localPort}`;
}

/** Whether a value is the number of a port. */
export function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= createLimits.portMax;
}
