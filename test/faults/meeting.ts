import { isDeepStrictEqual } from 'node:util';
import { Faults, parseFaults } from '../../emulator/faults/registry';
import { faultKind } from '../../emulator/faults/table';
import type { TransportResponse } from '../../src/api/http/transport';
import type { FaultCase } from './faultCases';
import type { Operation } from './operation';

/** What an operation sends and gets when nothing is wrong. */
export interface Usual {
  readonly requests: readonly { readonly method: string; readonly path: string }[];
  /** Answers of the control plane. */
  readonly answers: readonly TransportResponse[];
}

/** Why a fault and an operation cannot meet. The order is that of the notes below the table. */
export const reasons = {
  controlOnly: 'The fault changes answers of the control plane; this asks the sandbox',
  sandboxOnly: 'The fault is one of the daemon in a sandbox; this asks the control plane',
  otherRequest: 'The fault is one of other requests to the daemon',
  nothingToChange: 'No answer to this has what the fault changes',
} as const;

export type Reason = keyof typeof reasons;

/** @returns undefined when they meet */
export function whyApart({ spec }: FaultCase, { plane }: Operation, usual: Usual): Reason | undefined {
  const [parsed] = parseFaults(spec);
  const { fault = '', ...parameters } = parsed ?? {};
  const kind = faultKind(fault);
  if (kind === undefined) throw new RangeError(`There is no fault '${fault}'`);
  const { rewrite, body, daemon, skewMs } = kind.effectOf(parameters);
  if (daemon !== undefined) {
    if (plane === 'control') return 'sandboxOnly';
    return usual.requests.some(request => fires(spec, request)) ? undefined : 'otherRequest';
  }
  // A clock that is off is in the headers of every answer.
  if (skewMs !== undefined || (rewrite === undefined && body === undefined)) return undefined;
  if (plane === 'proxy') return 'controlOnly';
  if (rewrite === undefined) return undefined;
  const changes = usual.answers.some(({ status, text }) => {
    const reply = { status, body: JSON.parse(text) as unknown };
    return !isDeepStrictEqual(rewrite(reply), reply);
  });
  return changes ? undefined : 'nothingToChange';
}

/** Whether the emulator lets a fault act on a request to the proxy. */
function fires(spec: string, { method, path }: Usual['requests'][number]): boolean {
  const faults = new Faults();
  for (const fault of parseFaults(spec)) faults.add(fault);
  return faults.effectsOn(() => ({ method, path, plane: 'proxy' })).length > 0;
}
