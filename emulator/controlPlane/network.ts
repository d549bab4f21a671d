import { z } from 'zod';
import { badRequest, notFound, ok, type Reply } from '../http/reply';
import type { Cloud } from '../model/cloud';
import type { NetworkEvent, Window } from '../telemetry/networkStore';
import { decodeToken, encodeToken, observedId } from './logs';
import type { Call } from './wire/route';

const time = z.coerce.number().int().min(0).optional();

const windowQuery = z.object({
  from_ms: time,
  to_ms: time,
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

type WindowQuery = z.output<typeof windowQuery>;

/** Query of GET …/network/destinations (API reference section 2.15). */
export const destinationsQuery = windowQuery;

/** Query of GET …/network/events. */
export const eventsQuery = windowQuery.extend({ cursor: z.string().optional() });

const hourMs = 3_600_000;
const recentMs = 5 * 60_000;

/** GET …/network/events. */
export function listNetworkEvents(call: Call<z.output<typeof eventsQuery>>): Reply {
  const { cloud, query } = call;
  const window = windowOf(cloud, query);
  const beyond = query.cursor === undefined ? undefined : decodeToken(query.cursor);
  const { events, more } = cloud.network.events(trafficId(call), window, query.limit, beyond);
  const last = events.at(-1);
  return ok({
    events: events.map(eventInfo),
    next_cursor: more && last !== undefined ? encodeToken(last.sequence) : null,
    from_ms: window.fromMs,
    to_ms: window.toMs,
  });
}

/** GET …/network/destinations. */
export function listDestinations(call: Call<WindowQuery>): Reply {
  const { cloud, query } = call;
  const window = windowOf(cloud, query);
  const all = cloud.network.destinations(trafficId(call), window);
  return ok({
    destinations: all.slice(0, query.limit).map(({ ip, port, transport, connections, ...bytes }) => ({
      destination_ip: ip,
      destination_port: port,
      transport,
      observed_connections: connections,
      original_bytes: bytes.originalBytes,
      reply_bytes: bytes.replyBytes,
      unknown_byte_connections: bytes.unknownBytes,
      degraded_connections: 0,
    })),
    truncated: all.length > query.limit,
    from_ms: window.fromMs,
    to_ms: window.toMs,
  });
}

/** GET …/network/status. */
export function getNetworkStatus(call: Call): Reply {
  const id = trafficId(call);
  const lastMs = call.cloud.network.lastMs(id);
  const limitations = ['The emulator reports what it was told, and captures no packets'];
  if (lastMs === undefined) return ok({ state: 'unknown', coverage: [], limitations });
  return ok({
    state: call.cloud.clock.now() - lastMs <= recentMs ? 'recent' : 'stale',
    last_observed_at_ms: lastMs,
    allocation_id: `allocation_${id}`,
    coverage: ['conntrack', 'dns_packet'],
    limitations,
  });
}

/** The id of the sandbox, on a server that has network telemetry. */
function trafficId(call: Call): string {
  if (call.cloud.dialect.networkTelemetry === 'unknown') throw notFound('Not Found');
  return observedId(call);
}

/** The window of the query; the last hour by default. */
function windowOf({ clock }: Cloud, { from_ms, to_ms }: WindowQuery): Window {
  const toMs = to_ms ?? clock.now();
  const fromMs = from_ms ?? toMs - hourMs;
  if (fromMs > toMs) throw badRequest('from_ms: must not be after to_ms');
  return { fromMs, toMs };
}

function eventInfo(event: NetworkEvent) {
  return {
    namespace: event.projectId,
    sandbox_id: event.sandboxId,
    executor_id: 'executor_emulator',
    allocation_id: `allocation_${event.sandboxId}`,
    capture_session: 'session_emulator',
    sequence: event.sequence,
    observed_at_ms: event.atMs,
    event_kind: event.kind ?? 'connection',
    connection_id: `connection_${event.sequence}`,
    observed_connections: event.connections ?? 1,
    source_ip: '10.0.0.2',
    source_port: 32_768 + (event.sequence % 28_000),
    destination_ip: event.destinationIp,
    destination_port: event.destinationPort,
    transport: event.transport ?? 'tcp',
    original_bytes: event.originalBytes,
    reply_bytes: event.replyBytes,
    conntrack_status: 'confirmed',
    detail: event.detail ?? '',
    observation_source: event.source ?? 'conntrack',
    dns_name: event.dnsName,
    dns_answers: event.dnsAnswers ?? [],
    policy_action: event.policyAction,
  };
}
