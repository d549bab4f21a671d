import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { signInWays } from '../../src/commands/account/signInWays';
import { commandIds, contextDefaults } from '../../src/manifest';
import { projectRoot } from '../support/projectRoot';

const stepSchema = z.object({
  id: z.string(),
  description: z.string(),
  media: z.strictObject({ svg: z.string(), altText: z.string() }),
  completionEvents: z.array(z.string()),
});
const manifest = z
  .object({
    contributes: z.object({
      walkthroughs: z.array(z.object({ steps: z.array(stepSchema) })),
      configuration: z.object({ properties: z.record(z.string(), z.looseObject({})) }),
    }),
  })
  .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));
const nls = z
  .record(z.string(), z.string())
  .parse(JSON.parse(readFileSync(join(projectRoot, 'package.nls.json'), 'utf8')));
const { walkthroughs, configuration } = manifest.contributes;

/** The commands that a text links to, and what they are given, as JSON. */
function linkedCommands(content: string): readonly { readonly command: string; readonly args: string }[] {
  return [...content.matchAll(/\(command:([^)?]+)(?:\?([^)]+))?\)/g)].map(([, command = '', args]) => ({
    command,
    args: decodeURIComponent(args ?? ''),
  }));
}

describe('welcome contents', () => {
  const links = Object.entries(nls)
    .filter(([key]) => key.startsWith('welcome.'))
    .flatMap(([, content]) => linkedCommands(content));

  it('offer each way to sign in, and none that the command does not know', () => {
    const found = links.filter(({ command }) => command === commandIds.signIn).map(({ args }) => args);
    assert.deepEqual([...new Set(found)].sort(), signInWays.map(way => JSON.stringify([way])).sort());
  });

  it('open the very setting that they speak of, which no editor hides', () => {
    const found = links.filter(({ command }) => command === commandIds.openSettings).map(({ args }) => args);
    assert.deepEqual([...new Set(found)], ['["tensorlake.apiUrl"]']);
    assert.equal(configuration.properties['tensorlake.apiUrl']?.['tags'], undefined);
  });
});

describe('the walkthrough', () => {
  const steps = walkthroughs.flatMap(walkthrough => walkthrough.steps);

  it('goes from signing in to cleaning up', () => {
    assert.deepEqual(
      steps.map(({ id }) => id),
      ['signIn', 'create', 'terminal', 'freeze', 'cleanUp'],
    );
  });

  for (const { id, description, completionEvents } of steps)
    it(`says at ${id} how it is done, with and without an account, and knows when it was done`, () => {
      const words = nls[description.slice(1, -1)] ?? '';
      assert.ok(linkedCommands(words).length > 0);
      assert.match(words, /No account\?.*npm start/);
      // The editor shows no code in it.
      assert.doesNotMatch(words, /`/);
      assert.ok(completionEvents.length > 0);
      for (const event of completionEvents) {
        const [kind, name = ''] = event.split(':');
        const known: readonly string[] =
          kind === 'onCommand' ? Object.values(commandIds) : Object.keys(contextDefaults);
        assert.ok(known.includes(name), event);
      }
    });

  for (const { id, media } of steps)
    it(`shows at ${id} a picture in the colors of the theme alone`, () => {
      const picture = readFileSync(join(projectRoot, media.svg), 'utf8');
      assert.match(picture, /fill="var\(--vscode-/);
      assert.doesNotMatch(picture, /"#|rgb|hsl|"(?:white|black)"/i);
      // An address in it would be fetched.
      assert.doesNotMatch(picture.replace('xmlns="http://www.w3.org/2000/svg"', ''), /https?:|href|url\(/);
    });

  it('has pictures whose colours are there in High Contrast too', () => {
    // A colour that a theme lacks is black. These have a value in each theme of VS Code.
    const everywhere =
      /^(?:foreground|descriptionForeground|focusBorder|(?:sideBar|editor|input|button)-background|button-foreground|charts-(?:green|blue)|editorWidget-border)$/;
    const folder = join(projectRoot, 'media', 'walkthrough');
    for (const name of readdirSync(folder)) {
      const picture = readFileSync(join(folder, name), 'utf8');
      const alone = [...picture.matchAll(/var\(--vscode-([\w-]+)\)/g)].map(([, colour = '']) => colour);
      assert.deepEqual(
        alone.filter(colour => !everywhere.test(colour)),
        [],
        name,
      );
      const buttons = picture.match(/<rect[^>]*button-background[^>]*>/g) ?? [];
      for (const button of buttons) assert.match(button, /stroke="var\(--vscode-button-border/, name);
    }
  });
});
