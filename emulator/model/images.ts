import type { StartupFailure } from '../records/records';

/** The image of a create that names none (API reference section 2.2). */
export const defaultImage = 'tensorlake/ubuntu-minimal';

/**
 * Why `image` fails to start. The emulator has no registry: names that begin with `missing/` do not exist,
 * names that begin with `broken/` exist and do not boot, everything else works.
 */
export function startupFailureOf(image: string): StartupFailure | undefined {
  if (image.startsWith('missing/')) {
    return {
      terminationReason: 'ImageNotFound',
      outcome: 'Failure(ContainerTerminated(StartupFailedBadImage))',
      errorDetails: { message: `Image '${image}' was not found in this project` },
    };
  }
  if (image.startsWith('broken/')) {
    return {
      terminationReason: 'ConfigurationError',
      outcome: 'Failure(ContainerStartupFailed)',
      errorDetails: { message: `Image '${image}' has no usable entrypoint` },
    };
  }
  return undefined;
}
