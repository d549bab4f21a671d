import type { Attack, Deed } from '../attack';
import type { Reply } from '../server/reply';

const file = /^GET \/api\/v1\/files$/;
const zeros = Buffer.alloc(256 * 1024);

/** A header of an archive (ustar), with its checksum. */
function tarHeader(name: string, size: number, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100), 0);
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(`        ${type}`, 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** A record of an extended header: its length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.from(`${length}${rest}`);
}

function paxEntry(path: string): Buffer {
  const record = paxRecord('path', path);
  return Buffer.concat([tarHeader('pax', record.length, 'x'), padded(record), tarHeader('short', 0)]);
}

/** An attack on the bytes of a file; the file of a folder's download is an archive. */
function bytes(name: string, what: string, deed: Deed, attack: (reply: Reply) => Promise<void>): Attack {
  return {
    name,
    what,
    deed,
    meets: file,
    answer: async (_, reply) => {
      reply.head(200, ['Content-Type: application/octet-stream']);
      await attack(reply);
    },
  };
}

function archive(name: string, what: string, attack: (reply: Reply) => Promise<void>): Attack {
  return bytes(name, what, 'downloadFolder', attack);
}

/** What a server can do with files and archives. */
export const fileAttacks: readonly Attack[] = [
  bytes('download-without-end', 'sends a file without end and without a size', 'downloadFile', reply =>
    reply.flood(zeros),
  ),
  bytes('file-without-end', 'sends a file without end where it is opened', 'readFile', reply =>
    reply.flood(zeros),
  ),
  {
    name: 'short-file',
    what: 'ends a file before the size that it told',
    deed: 'downloadFile',
    meets: file,
    answer: async (_, reply) => {
      reply.head(200, ['Content-Length: 1000000']);
      await reply.write('short');
      reply.end();
    },
  },
  {
    name: 'entries-of-a-folder',
    what: 'lists a folder of 300,000 entries',
    deed: 'listFolder',
    meets: /^GET \/api\/v1\/files\/list$/,
    answer: (_, reply) =>
      reply.json({
        entries: Array.from({ length: 300_000 }, (__, number) => ({
          name: `file-${number}`,
          is_dir: false,
          size: 1,
        })),
      }),
  },
  archive('zeros', 'ends an archive with zeros without end', reply => reply.flood(zeros)),
  archive('pax-path', 'names an entry of an archive with a million characters', async reply => {
    await reply.write(paxEntry('a/'.repeat(524_288)));
    await reply.write(Buffer.alloc(1024));
    reply.end();
  }),
  archive('pax-without-end', 'sends an extended header of an archive without end', async reply => {
    await reply.write(tarHeader('pax', 8 ** 11 - 1, 'x'));
    await reply.flood('9'.repeat(65_536));
  }),
  archive('entries-without-end', 'packs empty files without end', reply => {
    const folders = Buffer.concat(Array.from({ length: 200 }, () => tarHeader('./d/', 0, '5')));
    return reply.flood(folders);
  }),
  archive('long-names', 'names entries of an archive with 16,000 characters', async reply => {
    for (let number = 0; number < 200 && reply.isOpen; number += 1)
      await reply.write(paxEntry(`${'n/'.repeat(8_000)}${number}`));
    await reply.write(Buffer.alloc(1024));
    reply.end();
  }),
];
