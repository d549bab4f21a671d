import { createHash } from 'node:crypto';
import type { FileSystemRecord } from '../records/catalog';
import { Collection } from './collection';

const registered = [
  { name: 'datasets', description: 'Shared training and test data' },
  { name: 'model-cache', description: 'Downloaded model weights' },
] as const;

/** The registered file systems of a project: always the same two, since no source shows how one is made. */
export function fileSystemsOf(projectId: string): Collection<FileSystemRecord> {
  const all = new Collection<FileSystemRecord>();
  for (const { name, description } of registered) {
    const digest = createHash('sha256').update(`${projectId} ${name}`).digest('hex');
    all.add({
      id: `file_system_${digest.slice(0, 16)}`,
      createdAtMs: Date.UTC(2026, 0, 1),
      name,
      description,
      region: 'local',
      status: 'ready',
    });
  }
  return all;
}
