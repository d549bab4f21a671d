import { ApiError } from '../kernel/errors';

/**
 * Whether a server refuses this shell, whoever tries again: the request, the access to it, or its token, which by this
 * code counts as a shell that is gone (API reference section 7, U11).
 */
export function isShellRefused(error: unknown): error is ApiError {
  if (ApiError.is(error, 'invalid', 'forbidden')) return true;
  return ApiError.is(error, 'notFound') && error.code === 'INVALID_TOKEN';
}
