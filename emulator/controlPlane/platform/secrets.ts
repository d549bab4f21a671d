import { z } from 'zod';
import { notFound, ok, type Reply } from '../../http/reply';
import { newId } from '../../kernel/ids';
import type { Cloud } from '../../model/cloud';
import type { Project } from '../../model/project';
import type { SecretRecord } from '../../records/catalog';
import type { Call } from '../wire/route';
import { platformPage, type PlatformQuery } from './paging';

const secret = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'must be letters, digits and underscores, as an environment variable'),
  value: z.string(),
});

/** PUT …/secrets: one or several (API reference section 2.18). */
export const secretsBody = z.union([secret, z.array(secret).min(1)]);

/** GET …/secrets. */
export function listSecrets({ project, query }: Call<PlatformQuery>): Reply {
  const { items, next, prev } = platformPage(project.secrets, query);
  return ok({ items: items.map(secretInfo), pagination: { next, prev, total: project.secrets.size } });
}

/** PUT …/secrets: creates or replaces. */
export function putSecrets({ cloud, project, body }: Call<unknown, z.output<typeof secretsBody>>): Reply {
  if (!Array.isArray(body)) return ok(secretInfo(upsert(cloud, project, body)));
  return ok(body.map(item => secretInfo(upsert(cloud, project, item))));
}

/** GET …/secrets/{id}. */
export function getSecret(call: Call): Reply {
  return ok(secretInfo(secretOf(call)));
}

/** DELETE …/secrets/{id}. */
export function deleteSecret(call: Call): Reply {
  const record = secretOf(call);
  call.project.secrets.delete(record);
  call.cloud.ledger.remove('secret', record.id);
  return ok({});
}

function upsert(cloud: Cloud, project: Project, { name, value }: z.output<typeof secret>): SecretRecord {
  const known = project.secrets.values().find(record => record.name === name);
  const record = known ?? {
    id: `secret_${newId()}`,
    projectId: project.id,
    createdAtMs: cloud.clock.now(),
    name,
    value,
  };
  record.value = value;
  if (known === undefined) project.secrets.add(record);
  cloud.ledger.save('secret', record);
  return record;
}

function secretOf({ project, param }: Call): SecretRecord {
  const record = project.secrets.get(param('id'));
  if (record === undefined) throw notFound('Secret not found');
  return record;
}

/** A secret without its value. */
function secretInfo({ id, name, createdAtMs }: SecretRecord) {
  return { id, name, createdAt: new Date(createdAtMs).toISOString() };
}
