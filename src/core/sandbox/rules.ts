import { validateCreateRequest, type Violation } from '../create/createRequest';
import type { FileSystemMount } from './sandbox';

/** The first rule a new mount breaks beside those that are there: an absolute path, used once (API reference section 2.13). */
export function mountViolation(
  mount: FileSystemMount,
  present: readonly FileSystemMount[],
): Violation | undefined {
  return validateCreateRequest({ fileSystems: [...present, mount] }).find(
    ({ index }) => index === present.length,
  );
}
