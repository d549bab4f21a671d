import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  inputText,
  notificationText,
  pickText,
  progressText,
  statusText,
  titleText,
} from '../../../../src/text/kit/surfaces';

/** What the editor renders as a link (its `parseLinkedText`), and as an icon (its `renderLabelWithIcons`). */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
const icon = /\$\([a-z0-9]+(?:-[a-z0-9]+)*(?:~[a-z]+)?\)/i;

const surfaces = [
  { name: 'a notification', make: notificationText, longest: 1400, reads: [link] },
  { name: 'a progress notification', make: progressText, longest: 700, reads: [link, icon] },
  { name: 'an input box', make: inputText, longest: 1000, reads: [link, icon] },
  { name: 'a pick list', make: pickText, longest: 1000, reads: [icon] },
  { name: 'the status bar', make: statusText, longest: 200, reads: [icon] },
  { name: 'a title', make: titleText, longest: 160, reads: [icon] },
];

const worst = [
  '[Show Log](command:workbench.action.files.newUntitledFile)',
  'Quota reached. [Retry](command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22id%5Cn%22%7D)',
  '[a](https://evil.example "title")',
  '[[x]](file:///etc/passwd)',
  '[x]\u200b(command:x)',
  '[x]\n(command:x)',
  'echo $(date) and $(sync~spin)',
  '$\u200b(trash)',
  '\u202e[x](command:x)',
];

const pieces = fc.constantFrom(
  '[',
  ']',
  '(',
  ')',
  '$',
  '](command:x)',
  '$(sync)',
  '\u200b',
  '\n',
  'https://',
  'a',
  ' ',
);

describe('text on a surface of the editor', () => {
  for (const { name, make, longest, reads } of surfaces) {
    it(`is never rendered as a link or an icon in ${name}`, () => {
      for (const text of worst) for (const pattern of reads) assert.doesNotMatch(make(text), pattern);
      fc.assert(
        fc.property(fc.array(pieces, { maxLength: 40 }), parts => {
          const made = make(parts.join(''));
          for (const pattern of reads) assert.doesNotMatch(made, pattern);
        }),
        { numRuns: 500 },
      );
    });

    it(`has a maximum length in ${name}, and takes linear time`, () => {
      for (const text of ['x'.repeat(1e6), '$('.repeat(5e5), ']('.repeat(5e5), '\u200b'.repeat(1e6)])
        assert.ok(make(text).length <= longest, `${make(text).length}`);
    });

    it(`looks unchanged in ${name}`, () => {
      for (const text of ['echo $(date)', 'a [b](c) d'])
        assert.equal(make(text).replaceAll('\u200b', ''), text);
    });
  }
});
