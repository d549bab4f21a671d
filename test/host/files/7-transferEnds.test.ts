import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { replying } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';
import { Transfers } from '../support/transfers';

describe('the end of a transfer', () => {
  let inside: Inside;
  let transfers: Transfers;
  let local = '';

  before(async () => {
    await signIn();
    const { id } = await emulator.create({ name: 'ends', timeout_secs: 86_400 });
    [inside, transfers] = [new Inside(id), new Transfers(id)];
    await inside.sh('mkdir -p /workspace/in /workspace/out');
    await commands.executeCommand(commandIds.refresh);
    local = mkdtempSync(join(tmpdir(), 'tl-ends-'));
  });
  after(() => rmSync(local, { recursive: true, force: true }));

  const messagesIn = (asked: readonly { kind: string; text: string }[]): readonly string[] =>
    asked.filter(({ kind }) => kind === 'message').map(({ text }) => text);

  it('sends what a chosen link leads to', async () => {
    writeFileSync(join(local, 'real.txt'), 'real');
    symlinkSync('real.txt', join(local, 'link.txt'));
    await replying({}, () => transfers.upload('/workspace/in', join(local, 'link.txt')));
    assert.equal(await inside.sh('cd /workspace/in; [ -L link.txt ] || cat link.txt'), 'real');
  });

  it('is not reached because of one file that cannot be read, which it names, and can be continued', async () => {
    const sources = ['a.txt', 'gone.txt', 'circle', 'z.txt'].map(name => join(local, name));
    for (const name of ['a.txt', 'z.txt']) writeFileSync(join(local, name), name);
    symlinkSync('circle', join(local, 'circle'));
    let pressed = 0;
    const asked = await replying(
      {
        message: () => {
          pressed += 1;
          if (pressed > 1) return undefined;
          for (const name of ['gone.txt', 'circle']) {
            rmSync(join(local, name), { force: true });
            writeFileSync(join(local, name), 'later');
          }
          return 'Continue';
        },
      },
      async shown => {
        await transfers.upload('/workspace/out', sources);
        assert.equal(await inside.sh('cd /workspace/out; cat a.txt z.txt'), 'a.txtz.txt');
        await waitFor('the second message', () => messagesIn(shown).length === 2);
      },
    );
    const [first = '', second = ''] = messagesIn(asked);
    assert.match(first, /gone\.txt: it does not exist on this machine/);
    assert.match(first, /circle: it is a link that leads in a circle/);
    assert.match(first, /2 of 4 were transferred/);
    assert.doesNotMatch(first, /ENOENT|ELOOP|lstat/);
    assert.match(second, /^Uploaded /);
    assert.equal(await inside.sh('cd /workspace/out; cat circle gone.txt'), 'laterlater');
  });

  it('leaves a downloaded file its time and its execute bit', async () => {
    await inside.sh('cd /workspace; echo hi > tool; chmod 755 tool; touch -d 2001-02-03T04:05:06Z tool');
    await replying({}, () => transfers.download('/workspace/tool', local));
    const stats = statSync(join(local, 'tool'));
    assert.equal(stats.mtimeMs, Date.UTC(2001, 1, 3, 4, 5, 6));
    if (process.platform !== 'win32') assert.equal(stats.mode & 0o111, 0o111);
  });

  it('names what could not be written here, and fetches the others', async () => {
    await inside.sh('cd /workspace; echo 1 > one; echo 2 > two');
    const target = mkdtempSync(join(local, 'target-'));
    // A folder that is not empty does not give way to a file.
    mkdirSync(join(target, 'one'));
    writeFileSync(join(target, 'one', 'kept'), 'kept');
    const asked = await replying({}, async shown => {
      await transfers.download(['/workspace/one', '/workspace/two'], target);
      await waitFor('the message', () => messagesIn(shown).length === 1);
    });
    assert.match(messagesIn(asked).join(), /Could not download: one: something else of that name is there/);
    assert.match(messagesIn(asked).join(), /1 of 2 were transferred/);
    assert.equal(readFileSync(join(target, 'one', 'kept'), 'utf8'), 'kept');
    assert.equal(readFileSync(join(target, 'two'), 'utf8'), '2\n');
  });
});
