import { userTerminated, type Ending, type Sample } from './samples';

/** Draws an integer from 0 to `limit` - 1. */
export type Draw = (limit: number) => number;

/** The same numbers on every run, so that a demo and a screenshot look the same twice. */
export function repeatableDraw(seedValue: number): Draw {
  let state = seedValue;
  return limit => {
    // mulberry32, a small public-domain generator
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const sizes = [
  { cpus: 1, memoryMb: 1_024 },
  { cpus: 1, memoryMb: 2_048 },
  { cpus: 2, memoryMb: 4_096 },
  { cpus: 4, memoryMb: 8_192 },
] as const;

const nameStems = ['agent', 'worker', 'build', 'eval', 'preview', 'batch'] as const;

const endings: readonly Omit<Ending, 'agoMinutes'>[] = [
  { outcome: userTerminated },
  { outcome: 'Success(Timeout)' },
  { outcome: 'Failure(ContainerTerminated(ProcessCrash))' },
  {
    outcome: 'Failure(ContainerStartupFailed)',
    terminationReason: 'StartupFailedInternalError',
    errorDetails: { message: 'The sandbox did not become healthy in time' },
  },
];

/** One of those that follow the samples; its `number` makes the name unique. */
export function generatedSample(number: number, draw: Draw): Sample {
  const ageMinutes = 10 + draw(30 * 24 * 60);
  const size = sizes[draw(sizes.length)] ?? sizes[0];
  const name = `${nameStems[draw(nameStems.length)] ?? nameStems[0]}-${number}`;
  const dice = draw(100);
  if (dice < 30) {
    return { ...size, name: dice < 10 ? undefined : name, state: 'running', ageMinutes, timeoutSecs: 43_200 };
  }
  if (dice < 60) return { ...size, name, state: 'suspended', ageMinutes };
  if (dice < 62) {
    return { name, state: 'pending', ageMinutes: 1 + draw(30), cpus: 8, memoryMb: 65_536, gpus: eightGpus };
  }
  const ended = {
    agoMinutes: draw(ageMinutes),
    ...(endings[draw(endings.length)] ?? { outcome: 'Unknown' }),
  };
  return { ...size, name: dice < 80 ? undefined : name, state: 'terminated', ageMinutes, ended };
}

const eightGpus = [{ count: 8, model: 'H100' }] as const;
