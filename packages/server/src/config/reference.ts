import { isSection, type Section, type Setting, settings, settingsTree, shorthandVariables } from './settings.ts';

/** Generates docs/configuration.md from the schema. */
export function configReference(): string {
  return [INTRODUCTION, ...sectionText(settingsTree, 0), ...VARIABLES, ...variableRows(), ''].join('\n');
}

const INTRODUCTION = `# Configuration

<!-- Made by \`rtcstats-server config reference > docs/configuration.md\` from config/schema.ts. Do not edit. -->

Nothing has to be configured: every setting has a default that works on one machine. Settings are read from, later ones winning:

1. \`rtcstats.yaml\` in the working directory if it exists, or the file given with \`--config FILE\`, which must exist;
2. environment variables, \`RTCSTATS_\` and the path: \`server.port\` is \`RTCSTATS_SERVER_PORT\`. Lists are separated by commas;
3. flags of the command, such as \`--port\`.

A name that is not listed here or a value that is not allowed stops the start, with all problems in one message.
\`rtcstats-server config check FILE\` lists the problems of a file; \`rtcstats-server config print\` shows the effective settings.

\`\`\`yaml
# rtcstats.yaml
server:
  port: 8080
  trustedProxies: [10.0.0.0/8]
authorization:
  jwtSecret: the-secret-your-application-signs-its-tokens-with
privacy:
  preset: standard
  ipAddresses:
    keepNetworks: [198.51.100.0/24]   # your own TURN servers
\`\`\`
`;

const VARIABLES = ['## Environment variables', '', '| Variable | Setting |', '| --- | --- |'];

function variableRows(): string[] {
  const all: (readonly [string | undefined, Setting])[] = [
    ...shorthandVariables,
    ...settings.map((setting) => [setting.variable, setting] as const),
  ];
  return all
    .filter(([variable]) => variable !== undefined)
    .map(([variable, { path }]) => `| \`${variable}\` | \`${path}\` |`);
}

function sectionText(section: Section, depth: number): string[] {
  const own = section.children.filter((child): child is Setting => !isSection(child));
  const lines = section.path === '' ? [] : [`${'#'.repeat(depth + 1)} ${section.path}`, '', section.help, ''];
  if (own.length > 0 && section.path === '') lines.push('## At the top', '');
  if (own.length > 0) {
    lines.push('| Setting | Default | Allowed | What it does |', '| --- | --- | --- | --- |', ...own.map(row), '');
  }
  return [
    ...lines,
    ...section.children.filter(isSection).flatMap((child) => sectionText(child, Math.min(depth + 1, 3))),
  ];
}

function row(setting: Setting): string {
  const help = setting.secret ? `${setting.help} Secret: never printed or logged.` : setting.help;
  const cells = [`\`${setting.path}\``, defaultOf(setting), setting.allowed, help];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function defaultOf(setting: Setting): string {
  if (setting.defaultText !== undefined) return setting.defaultText;
  const value = setting.default;
  const unit = setting.unit === undefined ? '' : ` ${setting.unit}`;
  if (value === undefined) return 'not set';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `\`${value.join(', ')}\``;
  return `\`${String(value)}\`${unit}`;
}
