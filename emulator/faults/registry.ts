import { z } from 'zod';
import type { Effect } from './effect';
import { faultKind, faultNames } from './table';

/** The requests a fault is for. Without any of these they are those of its row in the table. */
const trigger = z.object({
  /** Only for this many matching requests. */
  next: z.coerce.number().int().min(1).optional(),
  /** Only every n-th matching request. */
  every: z.coerce.number().int().min(1).optional(),
  method: z
    .string()
    .transform(method => method.toUpperCase())
    .optional(),
  /** A row of the route table such as `GET`'s `/sandboxes/{id}`, or a path in which `*` stands for anything. */
  route: z.string().optional(),
  plane: z.enum(['control', 'proxy', 'any']).default('control'),
});

type Trigger = z.output<typeof trigger>;

/** A fault as the admin API takes it: its name, its trigger and its parameters side by side. */
const request = z.looseObject({ fault: z.string() });

/** A request as faults see it. */
interface FaultTarget {
  readonly method: string;
  /** Without a namespace. */
  readonly path: string;
  readonly plane: 'control' | 'proxy';
  /** The pattern of its row in the route table. */
  readonly route?: string;
}

/** An active fault, as the admin API shows it. */
export interface FaultStatus {
  readonly id: number;
  readonly fault: string;
  readonly parameters: unknown;
  readonly trigger: Trigger;
  /** Matching requests so far. */
  readonly seen: number;
  readonly fired: number;
}

interface Active {
  status: FaultStatus;
  readonly effect: Effect;
}

/** The faults that are switched on. */
export class Faults {
  private readonly active = new Map<number, Active>();
  private lastId = 0;

  /** @throws RangeError that says what is wrong with `input` */
  add(input: unknown): FaultStatus {
    const { fault, trigger, parameters, effect } = readFault(input);
    this.lastId += 1;
    const status = { id: this.lastId, fault, parameters, trigger, seen: 0, fired: 0 };
    this.active.set(status.id, { status, effect });
    return status;
  }

  list(): readonly FaultStatus[] {
    return [...this.active.values()].map(({ status }) => status);
  }

  remove(id: number): boolean {
    return this.active.delete(id);
  }

  clear(): void {
    this.active.clear();
  }

  /** The effects of active faults on a request, and of those that `specs` ask for this request alone. */
  effectsOn(target: () => FaultTarget, specs = ''): readonly Effect[] {
    const requested = specs === '' ? [] : parseFaults(specs).map(input => readFault(input).effect);
    if (this.active.size === 0) return requested;
    const matched = target();
    return [...requested, ...[...this.active.values()].flatMap(fault => this.fire(fault, matched))];
  }

  private fire(fault: Active, target: FaultTarget): readonly Effect[] {
    const { status } = fault;
    if (!matches(status.trigger, target)) return [];
    const seen = status.seen + 1;
    const fires = seen % (status.trigger.every ?? 1) === 0;
    fault.status = { ...status, seen, fired: status.fired + (fires ? 1 : 0) };
    if (fault.status.fired === status.trigger.next) this.active.delete(status.id);
    return fires ? [fault.effect] : [];
  }
}

/** Reads `429:every=5,retryAfter=2`, several of them separated by semicolons. */
export function parseFaults(text: string): readonly Readonly<Record<string, string>>[] {
  return text.split(';').map(part => {
    const [name = '', ...rest] = part.trim().split(':');
    const fields = rest
      .join(':')
      .split(',')
      .filter(field => field !== '')
      .map(field => {
        const [key = '', ...value] = field.split('=');
        if (value.length === 0)
          throw new RangeError(`Fault '${name}': '${field}' is not of the form name=value`);
        return [key.trim(), value.join('=').trim()] as const;
      });
    return { ...Object.fromEntries<string>(fields), fault: name };
  });
}

function readFault(input: unknown) {
  const parsed = request.safeParse(input);
  if (!parsed.success) throw new RangeError("A fault needs a name in 'fault'");
  const { fault, next, every, method, route, plane, ...parameters } = parsed.data;
  const row = faultKind(fault);
  if (row === undefined)
    throw new RangeError(`There is no fault '${fault}'; there are ${faultNames.join(', ')}`);
  try {
    return {
      fault,
      parameters,
      trigger: trigger.parse({
        next,
        every,
        method,
        route: route ?? row.where?.route,
        plane: plane ?? row.where?.plane,
      }),
      effect: row.effectOf(parameters),
    };
  } catch (error) {
    throw new RangeError(`Fault '${fault}': ${explain(error)}`, { cause: error });
  }
}

function explain(error: unknown): string {
  if (!(error instanceof z.ZodError)) return String(error);
  return error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; ');
}

function matches({ method, route, plane }: Trigger, target: FaultTarget): boolean {
  return (
    (plane === 'any' || plane === target.plane) &&
    (method === undefined || method === target.method) &&
    (route === undefined || route === target.route || isLike(route, target.path))
  );
}

function isLike(pattern: string, path: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(path);
}
