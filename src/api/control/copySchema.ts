import * as z from 'zod/mini';
import { ApiError } from '../../core/kernel/errors';
import type { CreateOutcome } from './createSchema';
import { readCreateAnswer } from './createSchema';

/** Outcome of a live copy (API reference section 2.9); some copies may have failed. */
export interface CopyOutcome {
  readonly copies: readonly CreateOutcome[];
  /** Entries of the answer that named no sandbox; a copy may exist that is not in `copies`. */
  readonly unreadable: number;
}

const answerSchema = z.object({ sandboxes: z.array(z.unknown()) });

/** Whether a body is that of a copy, whatever the status that came with it. */
export function isCopyAnswer(body: unknown): boolean {
  return answerSchema.safeParse(body).success;
}

/**
 * Reads the answer of `POST /sandboxes/{id}/copy`.
 *
 * @throws ApiError of kind `schema` when it holds no list
 */
export function readCopyOutcome(body: unknown): CopyOutcome {
  const answer = answerSchema.safeParse(body);
  if (!answer.success) throw new ApiError('schema', 'The answer holds no list of copies');
  const copies = answer.data.sandboxes.flatMap(item => readCreateAnswer(item) ?? []);
  return { copies, unreadable: answer.data.sandboxes.length - copies.length };
}
