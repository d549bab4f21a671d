import type { Resources, Sandbox } from '../sandbox/sandbox';
import type { SandboxState } from '../sandbox/state';

/** What the user entered about their bill. The API of the service reports none of it. */
export interface Billing {
  /** Hours after which a running sandbox counts as forgotten; 0 for never. */
  readonly longRunningHours: number;
  /** Sandboxes that the plan allows at a time; 0 when the user did not say. */
  readonly planSlots: number;
  readonly rates: Rates | undefined;
}

/** What the user says they pay per hour, in their currency. A rate they left out is unknown, not free. */
export interface Rates {
  /** A code such as `USD`, or any name of a currency. */
  readonly currency: string;
  readonly perCpuHour?: number;
  readonly perGbMemoryHour?: number;
  readonly perGbDiskHour?: number;
  /** By model, in lower case. */
  readonly perGpuHour: ReadonlyMap<string, number>;
}

/** Cost per hour; a lower bound where a part of it is unknown. */
export interface Estimate {
  readonly perHour: number;
  readonly isPartial: boolean;
}

const defaultCurrency = 'USD';

const longestCurrency = 8;

const mebibytesPerGigabyte = 1024;

/** States in which a sandbox occupies a machine. What keeping a suspended one costs is not covered by the rates. */
const costing: ReadonlySet<SandboxState> = new Set<SandboxState>(['running', 'snapshotting', 'suspending']);

/**
 * Reads the setting; members that are not rates are ignored.
 *
 * @returns undefined when it holds no rate at all
 */
export function parseRates(setting: unknown): Rates | undefined {
  const members = membersOf(setting);
  const gpus = [...membersOf(members.get('perGpuHour'))].flatMap(([model, value]) => {
    const rate = rateOf(value);
    return rate === undefined ? [] : ([[model.toLowerCase(), rate]] as const);
  });
  const rates = {
    ...rateMember(members, 'perCpuHour'),
    ...rateMember(members, 'perGbMemoryHour'),
    ...rateMember(members, 'perGbDiskHour'),
  };
  if (gpus.length === 0 && Object.keys(rates).length === 0) return undefined;
  const currency = members.get('currency');
  const isNamed =
    typeof currency === 'string' && currency.trim() !== '' && currency.length <= longestCurrency;
  return { currency: isNamed ? currency.trim() : defaultCurrency, ...rates, perGpuHour: new Map(gpus) };
}

/** Whether a sandbox in this state costs what the rates say. */
export function isCosting({ state }: Pick<Sandbox, 'state'>): boolean {
  return costing.has(state);
}

/** Cost per hour of a running sandbox of this size. */
export function estimateOf({ cpus, memoryMb, diskMb, gpus }: Resources, rates: Rates): Estimate {
  return sum([
    part(cpus, rates.perCpuHour),
    part(memoryMb === undefined ? undefined : memoryMb / mebibytesPerGigabyte, rates.perGbMemoryHour),
    part(diskMb === undefined ? undefined : diskMb / mebibytesPerGigabyte, rates.perGbDiskHour),
    ...gpus.map(({ count, model }) => part(count, rates.perGpuHour.get(model.toLowerCase()))),
  ]);
}

/** Cost per hour of all sandboxes that occupy a machine. */
export function estimateOfAll(sandboxes: Iterable<Sandbox>, rates: Rates): Estimate {
  return estimateOfSizes(
    [...sandboxes].filter(isCosting).map(({ resources }) => resources),
    rates,
  );
}

/** Cost per hour of running sandboxes of these sizes. */
export function estimateOfSizes(sizes: readonly Resources[], rates: Rates): Estimate {
  return sum(sizes.map(resources => estimateOf(resources, rates)));
}

/** A part without a size or a rate is unknown; a rate of 0 makes it free, whatever its size. */
function part(amount: number | undefined, rate: number | undefined): Estimate {
  if (rate === 0) return { perHour: 0, isPartial: false };
  return amount === undefined || rate === undefined
    ? { perHour: 0, isPartial: amount !== 0 }
    : { perHour: amount * rate, isPartial: false };
}

function sum(parts: readonly Estimate[]): Estimate {
  return {
    perHour: parts.reduce((total, { perHour }) => total + perHour, 0),
    isPartial: parts.some(({ isPartial }) => isPartial),
  };
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

type PlainRate = 'perCpuHour' | 'perGbMemoryHour' | 'perGbDiskHour';

function rateMember(
  members: ReadonlyMap<string, unknown>,
  name: PlainRate,
): Partial<Record<PlainRate, number>> {
  const rate = rateOf(members.get(name));
  return rate === undefined ? {} : { [name]: rate };
}

function rateOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
