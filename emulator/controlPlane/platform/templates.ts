import { z } from 'zod';
import { badRequest, HttpError, notFound, ok, type Reply } from '../../http/reply';
import { newId } from '../../kernel/ids';
import type { Project } from '../../model/project';
import { snapshotFormat } from '../../model/snapshots';
import type { ImageRecord } from '../../records/catalog';
import type { Call } from '../wire/route';
import { platformPage, type PlatformQuery } from './paging';

/** POST …/sandbox-templates: what the CLI sends to register a snapshot as an image (API reference section 2.17). */
export const templateBody = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w./-]{0,254}$/, 'must be letters, digits, dots, slashes, underscores and hyphens'),
  dockerfile: z.string().optional(),
  snapshotId: z.string().min(1),
  snapshotSandboxId: z.string().optional(),
  snapshotUri: z.string().optional(),
  snapshotFormatVersion: z.string().nullish(),
  snapshotSizeBytes: z.int().min(0).optional(),
  rootfsDiskBytes: z.int().min(0).optional(),
  rootfsNodeKind: z.string().nullish(),
  public: z.boolean().default(false),
});

/** GET …/sandbox-templates; `next` is a path, a form that parsers have to accept. */
export function listTemplates({ project, path, query }: Call<PlatformQuery>): Reply {
  const { items, next } = platformPage(project.images, query);
  const link = new URLSearchParams({ pageSize: String(query.pageSize), next: next ?? '' });
  return ok({
    items: items.map(templateInfo),
    pagination: next === undefined ? {} : { next: `${path}?${link.toString()}` },
  });
}

/** POST …/sandbox-templates. */
export function registerTemplate(call: Call<unknown, z.output<typeof templateBody>>): Reply {
  const { cloud, project, body } = call;
  const snapshot = project.snapshots.get(body.snapshotId);
  if (snapshot === undefined) throw notFound('Snapshot not found');
  const { uri, sizeBytes } = snapshot;
  if (snapshot.status !== 'completed' || uri === undefined || sizeBytes === undefined) {
    throw badRequest('snapshotId: Snapshot is not completed');
  }
  if (body.snapshotUri !== undefined && body.snapshotUri !== uri) {
    throw badRequest('snapshotUri: not the one of this snapshot');
  }
  if (byName(project, body.name) !== undefined) {
    throw new HttpError(409, `Sandbox template '${body.name}' already exists`);
  }
  const image: ImageRecord = {
    id: newId(),
    projectId: project.id,
    createdAtMs: cloud.clock.now(),
    name: body.name,
    dockerfile: body.dockerfile,
    snapshotId: snapshot.id,
    snapshotSandboxId: snapshot.sandboxId,
    snapshotUri: uri,
    snapshotFormatVersion: body.snapshotFormatVersion ?? snapshotFormat,
    snapshotSizeBytes: sizeBytes,
    rootfsDiskBytes: body.rootfsDiskBytes ?? snapshot.resources.disk_mb * 1024 * 1024,
    rootfsNodeKind: body.rootfsNodeKind ?? undefined,
    public: body.public,
  };
  project.images.add(image);
  cloud.ledger.save('image', image);
  return { status: 201, body: templateDetail(image) };
}

/** GET …/sandbox-templates/{id}. */
export function getTemplate({ project, param }: Call): Reply {
  return ok(templateDetail(found(project.images.get(param('id')))));
}

/** GET …/sandbox-templates/by-name/{name}. */
export function getTemplateByName({ project, param }: Call): Reply {
  return ok(templateDetail(found(byName(project, param('name')))));
}

/** DELETE …/sandbox-templates/{name}: by name only. */
export function deleteTemplate({ cloud, project, param }: Call): Reply {
  const image = found(byName(project, param('id')));
  project.images.delete(image);
  cloud.ledger.remove('image', image.id);
  return ok({});
}

function byName(project: Project, name: string): ImageRecord | undefined {
  return project.images.values().find(image => image.name === name);
}

function found(image: ImageRecord | undefined): ImageRecord {
  if (image === undefined) throw notFound('Sandbox template not found');
  return image;
}

function templateInfo(image: ImageRecord) {
  return {
    id: image.id,
    name: image.name,
    snapshotId: image.snapshotId,
    snapshotSandboxId: image.snapshotSandboxId,
    snapshotUri: image.snapshotUri,
    snapshotFormatVersion: image.snapshotFormatVersion,
    snapshotSizeBytes: image.snapshotSizeBytes,
    rootfsDiskBytes: image.rootfsDiskBytes,
    rootfsNodeKind: image.rootfsNodeKind ?? null,
    public: image.public,
    createdAt: new Date(image.createdAtMs).toISOString(),
  };
}

function templateDetail(image: ImageRecord) {
  return { ...templateInfo(image), dockerfile: image.dockerfile ?? null };
}
