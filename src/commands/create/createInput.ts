import * as z from 'zod/mini';
import { draftOf, maxCount, type CreateDraft } from '../../core/create/createDraft';
import { defined } from '../../core/kernel/formats/json';

/**
 * How key bindings, other extensions, presets and the last create describe a new sandbox: a request with its resources
 * as members of its own, and a count.
 */
const gpu = z.strictObject({ model: z.string(), count: z._default(z.number(), 1) });
const network = z.strictObject({
  allowInternetAccess: z._default(z.boolean(), true),
  allowOut: z._default(z.array(z.string()), []),
  denyOut: z._default(z.array(z.string()), []),
});
const fileSystem = z.strictObject({
  fileSystemId: z.string(),
  mountPath: z.string(),
  readOnly: z._default(z.boolean(), false),
  prefetch: z._default(z.boolean(), false),
  snapshotId: z.optional(z.string()),
});
const sizes = {
  cpus: z.optional(z.number()),
  memoryMb: z.optional(z.number()),
  diskMb: z.optional(z.number()),
  gpus: z.optional(z.array(gpu)),
};
const input = z.strictObject({
  ...sizes,
  resources: z.optional(z.strictObject(sizes)),
  name: z.optional(z.string()),
  count: z.optional(z.int().check(z.minimum(1), z.maximum(maxCount))),
  image: z.optional(z.string()),
  snapshotId: z.optional(z.string()),
  templateId: z.optional(z.string()),
  secretNames: z.optional(z.array(z.string())),
  timeoutSecs: z.optional(z.number()),
  entrypoint: z.optional(z.array(z.string())),
  network: z.optional(network),
  exposedPorts: z.optional(z.array(z.number())),
  allowUnauthenticatedAccess: z.optional(z.boolean()),
  fileSystems: z.optional(z.array(fileSystem)),
  maxPendingSecs: z.optional(z.number()),
});

const members: ReadonlySet<string> = new Set(Object.keys(input.shape));

/** Members that a preset may have. `resources` is left out, as its members stand beside it. @internal */
export const presetMembers: readonly string[] = [...members].filter(member => member !== 'resources');

/** What is wrong with one member. */
export interface InputProblem {
  /** Such as `gpus[0].count`; empty for the whole. */
  readonly path: string;
  /** Not a member at all, of another type than `expected`, or out of its range. */
  readonly kind: 'unknown' | 'type' | 'range';
  readonly expected?: string;
}

/** Whether a value is meant as a create input: it has one of its members. */
export function isCreateInput(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).some(key => members.has(key));
}

/**
 * Reads a create input. Rules of the service are not checked here; see `validateCreateRequest`.
 *
 * @returns the draft, or every member that is unknown or of the wrong type
 */
export function readCreateInput(
  value: unknown,
): { readonly draft: CreateDraft } | { readonly problems: readonly InputProblem[] } {
  const parsed = input.safeParse(value);
  if (!parsed.success) return { problems: parsed.error.issues.flatMap(problemsOf) };
  const { count, resources, cpus, memoryMb, diskMb, gpus, ...rest } = parsed.data;
  const spread = defined({ cpus, memoryMb, diskMb, gpus });
  const request = {
    ...defined(rest),
    ...((resources !== undefined || Object.keys(spread).length > 0) && {
      resources: { ...resources, ...spread },
    }),
  };
  return { draft: draftOf(request, count === undefined ? {} : { count }) };
}

/** A draft as `readCreateInput` reads it. Members without a value are left out. */
export function createInputOf({ request, count }: CreateDraft): Record<string, unknown> {
  const { resources, ...rest } = request;
  return defined({ ...rest, ...resources, wait: undefined, count: count === 1 ? undefined : count });
}

function problemsOf(issue: z.core.$ZodIssue): readonly InputProblem[] {
  const path = pathText(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => ({ path: path === '' ? key : `${path}.${key}`, kind: 'unknown' }));
    case 'invalid_type':
      return [{ path, kind: 'type', expected: issue.expected === 'int' ? 'number' : issue.expected }];
    default:
      return [{ path, kind: 'range' }];
  }
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
