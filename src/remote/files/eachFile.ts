import { BatchError, isCancellation } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';

/**
 * Does something to each file, one after the other, also after one that failed; a cancellation ends it.
 *
 * @throws BatchError that names each file for which it failed
 */
export async function forEachFile<T>(
  targets: readonly T[],
  pathOf: (target: T) => string,
  act: (target: T) => Promise<void>,
): Promise<void> {
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  for (const target of targets)
    try {
      await act(target);
    } catch (error) {
      if (isCancellation(error)) throw error;
      failures.push({ name: plainText(pathOf(target)), error });
    }
  const [only] = failures;
  if (only && targets.length === 1) throw only.error;
  if (failures.length > 0) throw new BatchError(failures, targets.length);
}
