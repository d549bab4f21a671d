import assert from 'node:assert/strict';
import { CloudClient, type CloudClientOptions } from 'tensorlake';
import { contract } from '../support';

describe('SDK contract: platform', () => {
  const sdk = contract({ sandboxes: 12 });

  async function asProject<T>(call: (cloud: CloudClient) => Promise<T>): Promise<T> {
    const { at, emulator } = sdk();
    const options: CloudClientOptions = {
      ...at,
      organizationId: emulator.organizationId,
      projectId: emulator.projectId,
    };
    const cloud = new CloudClient(options);
    try {
      return await call(cloud);
    } finally {
      cloud.close();
    }
  }

  it('tells whose key it is', async () => {
    const { emulator } = sdk();
    const { organizationId, projectId } = await asProject(cloud => cloud.introspectApiKey());
    assert.deepEqual([organizationId, projectId], [emulator.organizationId, emulator.projectId]);
  });

  it('keeps secrets, and never tells them', async () => {
    await asProject(async cloud => {
      await cloud.upsertSecrets([
        { name: 'ONE', value: 'first' },
        { name: 'TWO', value: 'second' },
      ]);
      const { items, pagination } = await cloud.listSecrets();
      assert.equal(items.length, pagination.total);
      const one = items.find(({ name }) => name === 'ONE');
      assert.ok(one);
      assert.ok(!JSON.stringify(items).includes('first'));
      assert.equal((await cloud.getSecret(one.id)).name, 'ONE');
      await cloud.deleteSecret(one.id);
      const left = await cloud.listSecrets();
      assert.ok(!left.items.some(({ id }) => id === one.id));
      assert.ok(left.items.some(({ name }) => name === 'TWO'));
    });
  });

  it('lists images and finds them by name', async () => {
    await asProject(async cloud => {
      const images = await cloud.listSandboxImages();
      assert.ok(images.length > 0);
      const name = images[0]?.name ?? '';
      assert.equal((await cloud.findSandboxImageByName(name))?.name, name);
      assert.equal(await cloud.findSandboxImageByName('no-such-image'), null);
    });
  });

  it('lists registered file systems, which are mounted and taken away', async () => {
    const [fileSystem] = await asProject(cloud => cloud.listFileSystems());
    const fileSystemId = fileSystem?.id ?? '';
    assert.ok(fileSystemId);
    const box = await sdk().create({ fileSystems: [{ fileSystemId, mountPath: '/mnt/boot' }] });
    await box.attachFileSystem(fileSystemId, '/mnt/data');
    assert.deepEqual(
      (await box.listFileSystems()).map(({ mountPath }) => mountPath),
      ['/mnt/boot', '/mnt/data'],
    );
    const { fileSystems } = await box.detachFileSystem('/mnt/boot');
    assert.deepEqual(
      fileSystems?.map(mount => [mount.fileSystemId, mount.mountPath]),
      [[fileSystemId, '/mnt/data']],
    );
  });
});
