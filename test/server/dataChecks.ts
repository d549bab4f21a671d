import { compare, hasCode, judge, lacking, type Check, type Scene } from './check';
import { eventually, rowsOf, type Answer } from './server';

const processes = '/api/v1/processes';
const asked = (path: string): string => `/api/v1/files?path=${encodeURIComponent(path)}`;

/** A request to the inside, and what answers it in the service. */
function inside(
  name: string,
  method: string,
  path: string,
  expected: readonly number[],
  is?: (answer: Answer) => boolean,
  body?: string | object,
): Check {
  return {
    name,
    run: async ({ server, sandbox }) =>
      judge(await server.inside(sandbox, method, path, { body }), expected, is),
  };
}

async function started({ server, sandbox }: Scene, body: object): Promise<string> {
  return String((await server.inside(sandbox, 'POST', processes, { body })).json['pid']);
}

async function ended({ server, sandbox }: Scene, pid: string): Promise<Readonly<Record<string, unknown>>> {
  return eventually(
    async () => (await server.inside(sandbox, 'GET', `${processes}/${pid}`)).json,
    ({ status }) => status !== 'running',
    `process ${pid} does not end`,
  );
}

const info = ['handle', 'pid', 'status', 'exit_code', 'signal', 'oom_killed', 'stdin_writable', 'command'];
const script = (text: string): object => ({ command: 'sh', args: ['-c', text] });

export const processChecks: readonly Check[] = [
  inside('health', 'GET', '/api/v1/health', [200]),
  inside('run', 'POST', `${processes}/run`, [200], undefined, { command: 'true' }),
  {
    name: 'members of a process',
    run: async ({ server, sandbox }) =>
      lacking((await server.inside(sandbox, 'POST', processes, { body: { command: 'true' } })).json, info),
  },
  {
    name: 'a process found by its name',
    run: async scene => {
      await started(scene, { ...script('sleep 30'), name: 'named' });
      return judge(await scene.server.inside(scene.sandbox, 'GET', `${processes}/named`), [200]);
    },
  },
  inside('a program that is not there', 'POST', processes, [500], ({ json }) => 'error' in json, {
    command: 'nosuch',
  }),
  inside('a start with a wrong type', 'POST', processes, [400], ({ json }) => 'error' in json, {}),
  inside('a start without Content-Type', 'POST', processes, [201], undefined, '{"command":"true"}'),
  inside('a process that is not there', 'GET', `${processes}/4000000`, [404], hasCode('NOT_FOUND')),
  {
    name: 'output of a process that is not there',
    run: async ({ server, sandbox }) =>
      compare((await server.inside(sandbox, 'GET', `${processes}/4000000/stdout`)).json['lines'], []),
  },
  {
    name: 'all of the output, after the end',
    run: async scene => {
      const pid = await started(scene, script('seq 1 1000'));
      await ended(scene, pid);
      const lines = await eventually(
        async () =>
          (await scene.server.inside(scene.sandbox, 'GET', `${processes}/${pid}/stdout`)).json['line_count'],
        count => count === 1_000,
        'the output is not whole',
      );
      return compare(lines, 1_000);
    },
  },
  {
    name: 'following brings the output whole',
    run: async scene => {
      // The end of a program that writes and ends at once may come before what it wrote.
      for (let turn = 0; turn < 5; turn += 1) {
        const pid = await started(scene, { command: 'seq', args: ['1', '1000'] });
        const { text } = await scene.server.inside(scene.sandbox, 'GET', `${processes}/${pid}/stdout/follow`);
        if (text.split('"line":').length - 1 < 1_000)
          return { different: 'not what was in the pipe at the end' };
      }
      return 'same';
    },
  },
  {
    name: 'following names the streams and says the end',
    run: async scene => {
      const pid = await started(scene, script('echo out'));
      await ended(scene, pid);
      const { text } = await scene.server.inside(scene.sandbox, 'GET', `${processes}/${pid}/output/follow`);
      return compare(text.includes('"stream":"stdout"') && text.includes('event: eof'), true);
    },
  },
  {
    name: 'standard input: write, close, close, write',
    run: async scene => {
      const pid = await started(scene, { command: 'cat', stdin_mode: 'pipe' });
      const path = `${processes}/${pid}/stdin`;
      const post = async (end: string, body?: string) =>
        (await scene.server.inside(scene.sandbox, 'POST', `${path}${end}`, { body })).status;
      const first = [await post('', 'hello\n'), await post('/close')];
      const { exit_code } = await ended(scene, pid);
      return compare([...first, exit_code], [204, 204, 0]);
    },
  },
  {
    name: 'standard input of a process that has none',
    run: async scene => {
      const pid = await started(scene, script('sleep 30'));
      const answer = await scene.server.inside(scene.sandbox, 'POST', `${processes}/${pid}/stdin`, {
        body: 'x',
      });
      return judge(answer, [400], hasCode('STDIN_NOT_WRITABLE'));
    },
  },
  {
    name: 'a signal, and its trace',
    run: async scene => {
      const pid = await started(scene, { command: 'sleep', args: ['30'] });
      const path = `${processes}/${pid}/signal`;
      const { status } = await scene.server.inside(scene.sandbox, 'POST', path, { body: { signal: 15 } });
      const end = await ended(scene, pid);
      return compare([status, end['status'], end['signal']], [200, 'signaled', 15]);
    },
  },
  {
    name: 'a kill of what has ended',
    run: async scene => {
      const pid = await started(scene, { command: 'true' });
      await ended(scene, pid);
      return judge(await scene.server.inside(scene.sandbox, 'DELETE', `${processes}/${pid}`), [500]);
    },
  },
  {
    name: 'a restart',
    run: async scene => {
      const pid = await started(scene, { command: 'true' });
      const answer = await scene.server.inside(scene.sandbox, 'POST', `${processes}/${pid}/restart`);
      return judge(answer, [200, 400]);
    },
  },
];

const place = '/tmp/server-suite';

export const fileChecks: readonly Check[] = [
  inside('write a file', 'PUT', asked(`${place}/a`), [204], undefined, 'content'),
  inside('read it', 'GET', asked(`${place}/a`), [200], ({ text }) => text === 'content'),
  {
    name: 'list its folder',
    run: async ({ server, sandbox }) => {
      const path = `/api/v1/files/list?path=${encodeURIComponent(place)}`;
      const rows = rowsOf(await server.inside(sandbox, 'GET', path), 'entries');
      return compare(
        rows.map(({ name, is_dir, size }) => ({ name, is_dir, size })),
        [{ name: 'a', is_dir: false, size: 7 }],
      );
    },
  },
  {
    name: 'write a file of 3 MB',
    run: async ({ server, sandbox }) =>
      judge(
        await server.inside(sandbox, 'PUT', asked(`${place}/large`), { body: Buffer.alloc(3_000_000) }),
        [204],
      ),
  },
  inside('read a folder', 'GET', asked(place), [400], hasCode('IS_DIRECTORY')),
  inside('read what is not there', 'GET', asked(`${place}/nosuch`), [404], hasCode('NOT_FOUND')),
  inside('a path with ..', 'GET', asked('/tmp/../etc'), [403], hasCode('PATH_TRAVERSAL')),
  inside('no path', 'GET', '/api/v1/files', [400], ({ json }) => 'error' in json),
  inside('delete a folder', 'DELETE', asked(place), [500], hasCode('INTERNAL_ERROR')),
  inside('delete it', 'DELETE', asked(`${place}/a`), [204]),
  inside('delete what is not there', 'DELETE', asked(`${place}/a`), [404], hasCode('NOT_FOUND')),
];

async function terminal({
  server,
  sandbox,
}: Scene): Promise<{ readonly id: string; readonly token: string }> {
  const { json } = await server.inside(sandbox, 'POST', '/api/v1/pty', { body: { command: '/bin/sh' } });
  return { id: String(json['session_id']), token: String(json['token']) };
}

const pty = '/api/v1/pty';

export const terminalChecks: readonly Check[] = [
  {
    name: 'a terminal attached with its token in a header',
    run: async scene => {
      const { id, token } = await terminal(scene);
      const headers = { 'x-pty-token': token };
      return judge(await scene.server.upgrade(scene.sandbox, `${pty}/${id}/ws`, headers), [101]);
    },
  },
  {
    name: 'a terminal attached with its token in the query',
    run: async scene => {
      const { id, token } = await terminal(scene);
      return judge(await scene.server.upgrade(scene.sandbox, `${pty}/${id}/ws?token=${token}`), [101]);
    },
  },
  {
    name: 'a terminal attached with a wrong token',
    run: async scene => {
      const { id } = await terminal(scene);
      const answer = await scene.server.upgrade(scene.sandbox, `${pty}/${id}/ws?token=wrong`);
      return judge(answer, [403], hasCode('INVALID_TOKEN'));
    },
  },
  {
    name: 'a terminal that is not there, attached',
    run: async ({ server, sandbox }) =>
      judge(await server.upgrade(sandbox, `${pty}/nosuch/ws?token=x`), [404], hasCode('SESSION_NOT_FOUND')),
  },
  {
    name: 'a terminal that is deleted is listed as ended',
    run: async scene => {
      const { id } = await terminal(scene);
      const { status } = await scene.server.inside(scene.sandbox, 'DELETE', `${pty}/${id}`);
      const session = await eventually(
        async () => (await scene.server.inside(scene.sandbox, 'GET', `${pty}/${id}`)).json,
        ({ is_alive }) => is_alive !== true,
        'the shell lives on',
      );
      return compare([status, session['is_alive']], [204, false]);
    },
  },
  inside('a terminal that is not there', 'GET', `${pty}/nosuch`, [404], hasCode('NOT_FOUND')),
  inside('a terminal of a program that is not there', 'POST', pty, [500], ({ json }) => 'error' in json, {
    command: 'nosuch',
  }),
  inside('SSH', 'GET', '/api/v1/ssh/status', [200]),
  {
    name: 'a tunnel',
    run: async ({ server, sandbox }) =>
      judge(await server.upgrade(sandbox, '/api/v1/tunnels/tcp?port=1'), [101, 502]),
  },
  inside('a path that is not there, inside', 'GET', '/api/v1/nosuch', [404], hasCode('NOT_FOUND')),
  {
    name: 'the inside of a sandbox that has ended',
    run: async ({ server }) => {
      const id = await server.running();
      const address = await server.addressOf(id);
      await server.control('DELETE', `/sandboxes/${id}`);
      await server.until(id, 'terminated');
      // How soon the proxy forgets it is not told anywhere; its daemon may still answer, or just have gone away.
      const gone = await eventually(
        () => server.insideAt(address, id, 'GET', '/api/v1/health'),
        ({ json }) => json['code'] === 'SANDBOX_NOT_FOUND' || json['code'] === 'SANDBOX_NOT_RUNNING',
        'the proxy does not forget it',
      );
      return judge(gone, [404, 503]);
    },
  },
];
