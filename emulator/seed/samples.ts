import type { NetworkPolicy, SandboxState } from '../records/records';

/** One seeded sandbox. Times are minutes before the start. */
export interface Sample {
  readonly name?: string;
  readonly state: SandboxState;
  readonly ageMinutes: number;
  readonly cpus?: number;
  readonly memoryMb?: number;
  readonly diskMb?: number;
  readonly gpus?: readonly { readonly count: number; readonly model: string }[];
  readonly image?: string;
  readonly timeoutSecs?: number;
  readonly entrypoint?: readonly string[];
  readonly exposedPorts?: readonly number[];
  readonly publicPorts?: boolean;
  readonly network?: NetworkPolicy;
  /** Of terminated ones only. */
  readonly ended?: Ending;
}

export interface Ending {
  readonly agoMinutes: number;
  readonly outcome: string;
  readonly terminationReason?: string;
  readonly errorDetails?: unknown;
  readonly pendingReason?: string;
}

const hour = 60;
const day = 24 * hour;

export const userTerminated = 'Success(UserTerminated)';

/** Twelve sandboxes in every state, the most instructive first, for seeds of fewer. */
export const samples: readonly Sample[] = [
  {
    name: 'api-dev',
    state: 'running',
    ageMinutes: 3 * hour + 12,
    cpus: 2,
    memoryMb: 4_096,
    diskMb: 20_480,
    timeoutSecs: 28_800,
    exposedPorts: [8080],
    publicPorts: true,
  },
  { state: 'running', ageMinutes: 12, timeoutSecs: 14_400 },
  { name: 'docs', state: 'suspended', ageMinutes: 2 * day, memoryMb: 1_024, timeoutSecs: 600 },
  {
    name: 'inference',
    state: 'running',
    ageMinutes: 26 * hour,
    cpus: 4,
    memoryMb: 16_384,
    diskMb: 51_200,
    gpus: [{ count: 1, model: 'A10' }],
    image: 'vision-models',
    timeoutSecs: 86_400,
    entrypoint: ['python3', '-m', 'serve', '--port', '9000'],
    exposedPorts: [9000, 9090],
  },
  {
    name: 'gpu-train',
    state: 'pending',
    ageMinutes: 2,
    cpus: 8,
    memoryMb: 65_536,
    diskMb: 102_400,
    gpus: [{ count: 8, model: 'H100' }],
    timeoutSecs: 86_400,
  },
  {
    name: 'ci-runner',
    state: 'snapshotting',
    ageMinutes: 5 * hour,
    cpus: 4,
    memoryMb: 8_192,
    diskMb: 40_960,
    image: 'tensorlake/ubuntu-systemd',
    timeoutSecs: 28_800,
  },
  {
    name: 'notebook',
    state: 'suspending',
    ageMinutes: 9 * hour,
    cpus: 2,
    memoryMb: 8_192,
    exposedPorts: [8888],
    timeoutSecs: 1_800,
  },
  {
    name: 'web-preview',
    state: 'terminated',
    ageMinutes: 4 * hour,
    exposedPorts: [3000],
    publicPorts: true,
    ended: { agoMinutes: 35, outcome: userTerminated },
  },
  {
    name: 'etl-nightly',
    state: 'suspended',
    ageMinutes: 9 * day,
    cpus: 4,
    memoryMb: 8_192,
    diskMb: 81_920,
    timeoutSecs: 3_600,
  },
  {
    name: 'browser-agent',
    state: 'running',
    ageMinutes: 47,
    cpus: 2,
    memoryMb: 4_096,
    image: 'tensorlake/ubuntu-vnc',
    timeoutSecs: 43_200,
    network: {
      allow_internet_access: true,
      allow_out: ['api.github.com', 'registry.npmjs.org'],
      deny_out: ['10.0.0.0/8'],
    },
  },
  {
    state: 'terminated',
    ageMinutes: 3 * hour,
    timeoutSecs: 600,
    ended: { agoMinutes: 2 * hour + 40, outcome: 'Success(Timeout)' },
  },
  {
    name: 'old-toolchain',
    state: 'terminated',
    ageMinutes: 55,
    image: 'missing/toolchain-2023',
    ended: {
      agoMinutes: 54,
      outcome: 'Failure(ContainerTerminated(StartupFailedBadImage))',
      terminationReason: 'ImageNotFound',
      errorDetails: { message: "Image 'missing/toolchain-2023' was not found in this project" },
    },
  },
];

/** In a state that the API does not have, to see how a client shows it. */
export const unknownStateSample: Sample = { name: 'deep-sleep', state: 'hibernating', ageMinutes: 20 * day };

/** What the archive holds from the start. */
export const archivedSamples: readonly Sample[] = [
  {
    name: 'spike-wasm',
    state: 'terminated',
    ageMinutes: 11 * day,
    ended: { agoMinutes: 10 * day, outcome: userTerminated },
  },
  {
    state: 'terminated',
    ageMinutes: 13 * day,
    ended: {
      agoMinutes: 13 * day - 60,
      outcome: 'Failure(ConstraintUnsatisfiable)',
      terminationReason: 'no_capacity',
      pendingReason: 'no_resources_available',
    },
  },
  {
    name: 'bench-2',
    state: 'terminated',
    ageMinutes: 16 * day,
    memoryMb: 8_192,
    ended: {
      agoMinutes: 15 * day,
      outcome: 'Failure(ContainerTerminated(Oom))',
      errorDetails: { message: 'The sandbox ran out of memory' },
    },
  },
];
