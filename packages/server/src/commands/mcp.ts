import { readFile } from 'node:fs/promises';
import { tokenWithRole } from '../config/admin-tokens.ts';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { errorFields } from '../log/log.ts';
import { AdminApi } from '../mcp/admin-api.ts';
import { serveMcp } from '../mcp/mcp-server.ts';
import { hostForUrl } from '../net/host-for-url.ts';
import { note } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { configOption } from './stored-sessions.ts';
import { version } from './version.ts';

export const help = `
Usage: rtcstats-server mcp [--url URL] [--token-file FILE] [--config FILE]

Tools for assistants, over standard input and output (Model Context Protocol): list_sessions, get_session, get_analysis and
query_overview. They only read, and only anonymized data. An assistant starts this command itself; docs/assistants.md shows
its configuration, and what reaches the provider of its model. The tools ask the admin API of a running gateway, which
authorizes and logs them like every other client.

  --url URL          admin listener of the gateway (default: admin.host and admin.port of the configuration)
  --token-file FILE  file with the admin token (default: admin.token of the configuration, or RTCSTATS_ADMIN_TOKEN)
  --config FILE      configuration file (default: rtcstats.yaml if it exists)

Example: rtcstats-server mcp --url http://localhost:8081 --token-file ~/.config/rtcstats/token
`;

export const options = {
  url: { type: 'string' },
  'token-file': { type: 'string', path: 'file' },
  config: { type: 'string', path: 'file' },
} as const satisfies OptionSpecs;

/** As `admin.token` may be. */
const TOKEN = /^[\x21-\x7e]{16,512}$/;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('mcp', args, options);
  if (positionals.length > 0) throw usageError(`mcp takes no ${JSON.stringify(positionals[0])}`, 'mcp');
  const { admin } = configOption(values);
  const url = values.url === undefined ? urlOf(admin) : adminUrl(values.url);
  const token = values['token-file'] === undefined ? tokenWithRole(admin, 'read') : await tokenIn(values['token-file']);
  await serveMcp({
    api: new AdminApi(url, token),
    version: version(),
    input: process.stdin,
    output: process.stdout,
    // Standard output belongs to the protocol.
    onError: (error) => note(JSON.stringify(errorFields(error))),
  });
  return 0;
}

function urlOf(admin: Config['admin']): URL {
  if (admin.port !== 0) return new URL(`http://${hostForUrl(admin.host)}:${admin.port}`);
  throw usageError('admin.port is 0, any free port, so mcp needs --url', 'mcp');
}

function adminUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usageError('--url has to be a URL that starts with http:// or https://', 'mcp');
  }
  if (url.username === '' && url.password === '') return url;
  throw usageError('--url must not contain a user or a password; use --token-file', 'mcp');
}

async function tokenIn(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new GatewayError('INPUT_UNREADABLE', `--token-file ${path} cannot be read (${code})`, { cause });
  }
  const token = text.trim();
  if (TOKEN.test(token)) return token;
  throw new GatewayError('INPUT_UNREADABLE', `--token-file ${path} does not contain an admin token`, {
    todo: 'Write the token of admin.token into it: 16 to 512 printable ASCII characters without spaces.',
  });
}
