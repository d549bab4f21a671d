import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { createProfile } from '../test/support/editorHost/run/profile';
import type { Profile } from '../test/support/editorHost/run/profile';
import { accountEnvironment, accountSettings, cloudAccount, emulatorAccount } from './account';
import type { Account } from './account';
import { openInBrowser } from './browserEditor';
import { buildExtension } from './buildExtension';
import { desktopVersion, openDesktop } from './desktopEditor';
import { checkInside } from './insideCheck';
import type { OpenedEditor } from './openedEditor';
import { smoke } from './smoke';

const flagsSchema = z.object({
  cloud: z.boolean().default(false),
  smoke: z.boolean().default(false),
  port: z.number(),
  sandboxes: z.number(),
});

type Flags = z.output<typeof flagsSchema>;

function readFlags(): Flags {
  const command = new Command('start')
    .description('Builds the extension and opens it in VS Code, signed in to a local emulator.')
    .option('--cloud', 'sign in to the Tensorlake cloud, with the key in TENSORLAKE_API_KEY')
    .option('--smoke', 'drive the window without a person, save a picture and exit')
    .option('--port <number>', 'port of VS Code in the browser, 0 for any free one', wholeNumber(65_535), 0)
    .option('--sandboxes <number>', 'how many sandboxes the emulator starts with', wholeNumber(100_000), 12)
    .allowExcessArguments(false)
    .parse();
  return flagsSchema.parse(command.opts());
}

function wholeNumber(most: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number up to ${most}.`);
  };
}

async function main(flags: Flags): Promise<void> {
  const account = flags.cloud ? cloudAccount() : await emulatorAccount(flags.sandboxes);
  try {
    buildExtension();
    const profile = await createProfile({ settings: accountSettings(account) });
    try {
      await (flags.smoke ? runSmoke : runForPerson)(flags, account, profile);
    } finally {
      await profile.remove();
    }
  } finally {
    await account.stop();
  }
}

async function runForPerson(flags: Flags, account: Account, profile: Profile): Promise<void> {
  const editor = await openEditor(flags, account, profile);
  console.log(account.description);
  console.log(editor.description);
  console.log('Ctrl-C stops everything.');
  try {
    await editor.ended;
  } finally {
    await editor.stop();
  }
}

async function openEditor(flags: Flags, account: Account, profile: Profile): Promise<OpenedEditor> {
  const workspace = await createWorkspace(profile);
  const env = accountEnvironment(account);
  const version = desktopVersion();
  return version === undefined
    ? openInBrowser(profile, workspace, env, flags.port)
    : openDesktop(version, profile, workspace, env);
}

async function runSmoke(flags: Flags, account: Account, profile: Profile): Promise<void> {
  const workspace = await createWorkspace(profile);
  const editor = await openInBrowser(profile, workspace, accountEnvironment(account), flags.port);
  try {
    // Nothing is run in sandboxes that cost money.
    if (!flags.cloud) console.log(await checkInside(account));
    // The groups of a cloud account are not known.
    const picture = await smoke(editor.url, flags.cloud ? [] : ['Running', 'Suspended']);
    console.log(`It works: ${picture}`);
  } finally {
    await editor.stop();
  }
}

async function createWorkspace(profile: Profile): Promise<string> {
  const workspace = path.join(profile.root, 'try-tensorlake');
  await mkdir(workspace);
  const text = '# A folder to try things in\n\nIt is removed when `npm start` ends.\n';
  await writeFile(path.join(workspace, 'README.md'), text);
  return workspace;
}

main(readFlags()).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
