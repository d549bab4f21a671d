import type { Clock } from '../kernel/clock';

/** Observed traffic of a sandbox; the remaining members of an event get defaults (API reference section 2.15). */
interface NetworkObservation {
  readonly sandboxId: string;
  readonly projectId: string;
  readonly destinationIp: string;
  readonly destinationPort: number;
  readonly transport?: 'tcp' | 'udp';
  readonly source?: 'conntrack' | 'dns_packet' | 'policy' | 'egress_proxy' | 'collector';
  readonly kind?: string;
  readonly connections?: number;
  readonly originalBytes?: number;
  readonly replyBytes?: number;
  readonly dnsName?: string;
  readonly dnsAnswers?: readonly string[];
  readonly policyAction?: 'allow' | 'deny';
  readonly detail?: string;
  /** Default: now. */
  readonly atMs?: number;
}

export interface NetworkEvent extends NetworkObservation {
  /** Grows by one with every event of the server. */
  readonly sequence: number;
  readonly atMs: number;
}

interface Destination {
  readonly ip: string;
  readonly port: number;
  readonly transport: string;
  readonly connections: number;
  readonly originalBytes: number;
  readonly replyBytes: number;
  readonly unknownBytes: number;
}

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Observed traffic of sandboxes. In memory, and bounded per sandbox. */
export class NetworkStore {
  private readonly bySandbox = new Map<string, NetworkEvent[]>();
  private sequence = 0;

  constructor(
    private readonly clock: Clock,
    private readonly limit = 10_000,
  ) {}

  append(observation: NetworkObservation): void {
    this.sequence += 1;
    const event = { ...observation, sequence: this.sequence, atMs: observation.atMs ?? this.clock.now() };
    const events = this.bySandbox.get(observation.sandboxId) ?? [];
    events.push(event);
    this.bySandbox.set(
      observation.sandboxId,
      events.length >= 2 * this.limit ? events.slice(-this.limit) : events,
    );
  }

  /** Events of the window in order, after `beyond`, and whether there are more. */
  events(
    sandboxId: string,
    window: Window,
    limit: number,
    beyond = 0,
  ): { readonly events: readonly NetworkEvent[]; readonly more: boolean } {
    const all = this.within(sandboxId, window).filter(({ sequence }) => sequence > beyond);
    return { events: all.slice(0, limit), more: all.length > limit };
  }

  /** Where connections went, most of them first. */
  destinations(sandboxId: string, window: Window): readonly Destination[] {
    const byPlace = new Map<string, Destination>();
    for (const event of this.within(sandboxId, window)) {
      if (event.source !== undefined && event.source !== 'conntrack') continue;
      const { destinationIp: ip, destinationPort: port, transport = 'tcp', connections = 1 } = event;
      const key = `${transport} ${ip} ${port}`;
      const known = byPlace.get(key);
      const isUnknown = event.originalBytes === undefined || event.replyBytes === undefined;
      byPlace.set(key, {
        ip,
        port,
        transport,
        connections: (known?.connections ?? 0) + connections,
        originalBytes: (known?.originalBytes ?? 0) + (event.originalBytes ?? 0),
        replyBytes: (known?.replyBytes ?? 0) + (event.replyBytes ?? 0),
        unknownBytes: (known?.unknownBytes ?? 0) + (isUnknown ? connections : 0),
      });
    }
    return [...byPlace.values()].sort((a, b) => b.connections - a.connections);
  }

  lastMs(sandboxId: string): number | undefined {
    return this.bySandbox.get(sandboxId)?.at(-1)?.atMs;
  }

  private within(sandboxId: string, { fromMs, toMs }: Window): readonly NetworkEvent[] {
    return (this.bySandbox.get(sandboxId) ?? []).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  }
}
